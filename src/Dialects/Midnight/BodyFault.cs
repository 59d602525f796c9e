namespace Quittance.Dialects.Midnight;

/// <summary>Something that makes the whole body unusable. Repeats nothing of it.</summary>
/// <param name="Key">Where it is, as in <c>[0].CustomerId</c>; empty for the body as a whole.</param>
/// <param name="Message">What is wrong, in an English sentence.</param>
public readonly record struct BodyFault(string Key, string Message);
