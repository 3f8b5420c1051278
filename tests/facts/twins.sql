-- The independent twin of the day book and its kernels: the same answers in SQL, straight from enrolments, calendars
-- and marks, never from the book. Run by DuckDB. Tables it reads:
--   session(calendar, day) · enrolment(student, school, calendar, entry, last, main) · mark(student, school, day, byte, mark)
--   silent(school, day) · student(student, subject_from, subject_before) · asked(through, upto)

-- One row for each student, school and school day of theirs, with the byte of that day and how strongly the school
-- is their own on that day (the primary one, then the one entered last).
create table school_cell as
with enrolled as (
  select e.student, e.school, d.day, max(c.strength) as strength
  from enrolment e
  join session d on d.calendar = e.calendar and d.day between e.entry and e.last
  join (select student, school, entry, last, entry + 4294967296 * main::bigint as strength from enrolment) c
    on c.student = e.student and c.school = e.school and d.day between c.entry and c.last
  where d.day <= (select through from asked)
  group by all
)
select e.student, e.school, e.day, e.strength,
       coalesce(m.byte, case when s.day is null then 1 else 9 end) as byte
from enrolled e
left join mark m on m.student = e.student and m.school = e.school and m.day = e.day
left join silent s on s.school = e.school and s.day = e.day;

-- The district's byte: the school that leads if the student was there; else any school where they were seen.
create table district_cell as
with by_day as (
  select student, day,
         first(byte order by strength desc, school) as own,
         first(byte order by strength desc, school) filter (where byte & 31 in (1, 7, 8, 10)) as seen
  from school_cell
  group by student, day
)
select student, day,
       case when own & 31 in (1, 7, 8, 10) or seen is null then own
            when seen & 31 = 8 then 7 | (seen & 32)
            else seen end as byte
from by_day;

create table cell as
select student, 0 as school, day, byte from district_cell
union all
select student, school, day, byte from school_cell;

create view uncounted as
select m.mark,
       case when s.student is null then 1
            when m.day > (select through from asked) then 2
            when not exists (from enrolment e where e.student = m.student and e.school = m.school
                             and m.day between e.entry and e.last) then 3
            else 4 end as reason
from mark m
left join student s on s.student = m.student
where not exists (from school_cell c where c.student = m.student and c.school = m.school and c.day = m.day);

-- Days that count, numbered from the first (n) and from the last (back).
create table numbered as
select c.student, c.school, c.day, c.byte, c.byte & 31 as kind,
       c.byte & 31 between 2 and 6 as absent,
       c.byte & 31 in (3, 8) and c.day >= s.subject_from and c.day < s.subject_before as occasion,
       row_number() over (partition by c.student, c.school order by c.day) as n,
       row_number() over (partition by c.student, c.school order by c.day desc) as back
from cell c
join student s using (student)
where c.byte & 31 <> 9 and c.day <= (select upto from asked);

create view runs as
select student, school, max(length) as longest
from (select student, school, count(*) as length
      from (select student, school, n - row_number() over (partition by student, school order by n) as island
            from numbered where absent)
      group by student, school, island)
group by student, school;

create view thirds as
select student, school, day as third
from (select student, school, day, row_number() over (partition by student, school order by day) as nth
      from numbered where occasion)
where nth = 3;

create table ends as
select student, school,
       count(*) as enrolled,
       coalesce(min(back) filter (where not absent), count(*) + 1) - 1 as streak,
       coalesce(min(back) filter (where kind <> 3), count(*) + 1) - 1 as unexcused_streak,
       coalesce(min(back) filter (where absent), 0) as newest
from numbered
group by student, school;

-- The newest absence, if the student has been back for one to five days.
create view returns as
select e.student, e.school,
       coalesce(min(d.back) filter (where not d.absent and d.back > e.newest), e.enrolled + 1) - e.newest as length,
       min(d.day) filter (where d.back = e.newest - 1) as since
from ends e
join numbered d on d.student = e.student and d.school = e.school
where e.newest between 2 and 6
group by e.student, e.school, e.newest, e.enrolled;

create view standing as
select student, school,
       count(*) as enrolled,
       count(*) filter (where absent) as absent,
       count(*) filter (where kind = 2) as excused,
       count(*) filter (where kind = 3) as unexcused,
       count(*) filter (where kind = 4) as suspended,
       count(*) filter (where kind = 5) as unverified,
       count(*) filter (where kind = 6) as study_undone,
       count(*) filter (where occasion) as occasions,
       count(*) filter (where kind in (7, 8)) as partial,
       count(*) filter (where byte & 32 > 0) as half_days,
       any_value(e.streak) as streak,
       any_value(e.unexcused_streak) as unexcused_streak,
       coalesce(any_value(r.longest), 0) as longest_streak,
       count(*) filter (where absent and back <= 20) as last20,
       count(*) filter (where absent and back between 21 and 40) as before20,
       count(*) filter (where absent and n <= 20) as first_month,
       count(*) filter (where n <= 20) as first_month_days,
       coalesce(any_value(b.length), 0) as back_after,
       coalesce(any_value(b.since), 0) as back_on,
       min(day) as first_day,
       coalesce(max(day) filter (where absent), 0) as last_absent,
       coalesce(any_value(t.third), 0) as third_occasion
from numbered
left join ends e using (student, school)
left join runs r using (student, school)
left join returns b using (student, school)
left join thirds t using (student, school)
group by student, school;
