"""Rows about one person: seen by themselves, and by whoever oversees a school or region of a post of theirs."""

from django.db import models
from django.db.models import Q

from firstbell.core.access import May, Scope
from firstbell.staffing.models import Post


def person(**more):
    return models.ForeignKey("core.User", on_delete=models.PROTECT, related_name="+", **more)


def overseen(scope: Scope) -> models.QuerySet[Post]:
    """The posts as counselor at the schools and in the regions somebody oversees; none for who oversees nobody."""
    if May.OVERSEE not in scope:
        return Post.objects.none()
    posts = Post.objects.filter(role=Post.Role.COUNSELOR)
    return posts if scope.everywhere else posts.filter(Q(school__in=scope.schools) | Q(region__in=scope.regions))


class About(models.QuerySet):
    """Rows with a `user` they are about, or with the path to one in `of_user`."""

    def visible_to(self, scope: Scope):
        """Their own, and those of whom this person oversees. Colleagues of one school do not see each other's."""
        of = getattr(self.model, "of_user", "user")
        mine = [post.user_id for post in scope.posts]
        if May.OVERSEE not in scope:
            return self.filter(**{f"{of}__in": mine})
        return self.filter(Q(**{f"{of}__in": mine}) | Q(**{f"{of}__in": overseen(scope).values("user")}))
