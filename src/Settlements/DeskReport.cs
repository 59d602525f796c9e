using Quittance.Core.Settlements;

namespace Quittance.Settlements;

/// <summary>What became of a statement at the desk.</summary>
/// <param name="WasKnown">Whether it had been imported before.</param>
/// <param name="NewLines">How many of its lines no statement had before.</param>
/// <param name="Booked">How many lines were booked now.</param>
/// <param name="BookedMinor">What those come to, minor units.</param>
public sealed record DeskReport(ListedStatement Statement, bool WasKnown, int NewLines, long Booked, long BookedMinor);
