using System.Globalization;
using Quittance.Core.Settlements;

namespace Quittance.Settlements;

/// <summary>What an open line could be, for an operator to accept. Accepting it says the same as choosing it.</summary>
/// <param name="Choice">What it could be.</param>
/// <param name="Names">Which ones, by their own numbers or ids, which mean nothing else.</param>
/// <param name="Text">What is proposed, and the evidence for it.</param>
public sealed record LineProposal(SettlementChoice Choice, IReadOnlyList<string> Names, string Text)
{
    /// <summary>The proposal in a match; null where it has none.</summary>
    public static LineProposal? Of(SettlementMatch match) => match switch
    {
        { IsProposal: false } => null,
        { Payment: { } payment } => new LineProposal(SettlementChoice.Payment, [payment.Value.ToString("D")], match.Finding),
        _ => new LineProposal(
            SettlementChoice.Charge, [.. match.Charges.Select(charge => charge.Number.ToString(CultureInfo.InvariantCulture))], match.Finding),
    };
}
