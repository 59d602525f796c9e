using Quittance.Core.Accounts;
using Quittance.Core.Payments;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A request to record a payment, read and found to be well formed.</summary>
/// <param name="Command">What to do.</param>
/// <param name="CorrelatorId">The client's own reference for the payment; null when there is none.</param>
/// <param name="PartAttribute">The attribute that names the bill of a part of the command, with <c>{0}</c> for the index of
/// the part.</param>
public sealed record TmfRequest(RecordPayment Command, string? CorrelatorId, string PartAttribute)
{
    /// <summary>The bill unit that it is for, as a name of an account; null where it names none (Oracle BRM).</summary>
    public Reference? BillUnit { get; init; }
}
