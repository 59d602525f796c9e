namespace Quittance.Sandbox.Books;

/// <summary>What became of a dispute.</summary>
/// <param name="Dispute">The dispute as it stands now; null where there is a fault.</param>
/// <param name="Fault">Why there is none.</param>
public sealed record DisputeReply(BookedDispute? Dispute, ReplyFault? Fault = null);
