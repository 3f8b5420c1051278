"""Firstbell: the working system of a school district's Pupil Services and Attendance branch."""
