"""Understanding Finnish: text, sentence vectors, the topic model, and Rasa components."""
