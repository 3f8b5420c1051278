"""What people say of staffing: papers, posts, absences; what they buy."""
