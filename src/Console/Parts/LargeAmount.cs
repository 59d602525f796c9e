using System.Numerics;
using Quittance.Core;

namespace Quittance.Console.Parts;

/// <summary>Sums over all of a merchant's ledger accounts, which may be larger than any one amount.</summary>
internal static class LargeAmount
{
    /// <summary>A sum as money.</summary>
    /// <exception cref="OverflowException">It is larger than 64 bits: some hundred million times what one payment can be.</exception>
    public static Money Of(BigInteger minor, Currency currency) => new((long)minor, currency);
}
