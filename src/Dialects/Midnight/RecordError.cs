namespace Quittance.Dialects.Midnight;

/// <summary>One problem of one record. Small, since a call may have millions of them.</summary>
/// <param name="Problem">What is wrong.</param>
/// <param name="Detail">The 0-based detail that it is about; -1 for the record itself.</param>
public readonly record struct RecordError(RecordProblem Problem, int Detail = -1);
