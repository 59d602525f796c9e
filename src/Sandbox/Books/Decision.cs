namespace Quittance.Sandbox.Books;

/// <summary>What a request changes, and how its answer travels.</summary>
internal sealed record Decision(Entry Entry, AnswerManner Manner = AnswerManner.Normal, bool NoticeFirst = false);
