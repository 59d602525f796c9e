using Quittance.Core;

namespace Quittance.Storage.Console;

/// <summary>What customers owe of one age, in one currency.</summary>
/// <param name="Age">How long it is due.</param>
/// <param name="Sum">How much.</param>
/// <param name="Charges">On how many charges.</param>
public sealed record OpenReceivable(ReceivableAge Age, Money Sum, int Charges);
