namespace Quittance.Core.Payments;

/// <summary>
/// Where money comes from that leaves a payment: what settles no charge first, then what does, the newest allocation first.
/// </summary>
/// <param name="Credits">What is taken of credits, each above zero.</param>
/// <param name="Allocations">What is taken of allocations, each above zero, the newest first.</param>
/// <param name="MissingMinor">What the payment does not have any more, minor units.</param>
internal sealed record Taking(IReadOnlyList<Credit> Credits, IReadOnlyList<Allocation> Allocations, long MissingMinor)
{
    /// <summary>Takes an amount.</summary>
    /// <param name="amountMinor">How much, minor units.</param>
    /// <param name="credits">What is left of the payment.</param>
    /// <param name="allocations">What it settles, in the order in which it was settled.</param>
    public static Taking Of(long amountMinor, IReadOnlyList<Credit> credits, IReadOnlyList<Allocation> allocations)
    {
        var leftMinor = amountMinor;
        List<Credit> fromCredits = [];
        foreach (var credit in credits)
        {
            if (Next(credit.AmountMinor) is > 0 and var takenMinor)
                fromCredits.Add(credit with { AmountMinor = takenMinor });
        }

        List<Allocation> fromAllocations = [];
        foreach (var allocation in allocations.Reverse())
        {
            if (Next(allocation.AmountMinor) is > 0 and var takenMinor)
                fromAllocations.Add(allocation with { AmountMinor = takenMinor });
        }

        return new Taking(fromCredits, fromAllocations, leftMinor);

        long Next(long thereMinor)
        {
            var takenMinor = Math.Min(thereMinor, leftMinor);
            leftMinor -= takenMinor;
            return takenMinor;
        }
    }
}
