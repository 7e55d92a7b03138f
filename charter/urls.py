app_name = "charter"

the_text = []

signing = []

landmarks = []

urlpatterns = [*the_text, *signing, *landmarks]
