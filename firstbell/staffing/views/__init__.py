"""Pages of staffing: people and their papers, posts and absences; what schools buy."""
