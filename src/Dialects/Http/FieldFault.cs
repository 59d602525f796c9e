namespace Quittance.Dialects.Http;

/// <summary>A member of a body that is not as it should be.</summary>
/// <param name="Path">Where it is, as in <c>paymentItem[0].item.id</c>; empty for the body as a whole.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Expected">What should be there, in English, such as <c>a text of at most 36 characters</c>.</param>
public readonly record struct FieldFault(string Path, FieldProblem Problem, string Expected);
