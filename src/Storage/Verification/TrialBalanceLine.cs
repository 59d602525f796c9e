using System.Numerics;
using Quittance.Core;
using Quittance.Core.Ledger;

namespace Quittance.Storage.Verification;

/// <summary>The sum of all ledger accounts of one kind and currency.</summary>
/// <param name="Currency">The currency.</param>
/// <param name="Kind">The line of the chart.</param>
/// <param name="DebitsMinor">All debits, minor units.</param>
/// <param name="CreditsMinor">All credits, minor units.</param>
public sealed record TrialBalanceLine(Currency Currency, LedgerKind Kind, BigInteger DebitsMinor, BigInteger CreditsMinor);
