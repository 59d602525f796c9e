using System.Runtime.InteropServices;

namespace Quittance.Core.Lists;

/// <summary>What lies between two values; an end that is null is open.</summary>
/// <param name="From">The lower end.</param>
/// <param name="To">The upper end.</param>
/// <param name="ExcludesFrom">Whether the lower end itself lies outside.</param>
/// <param name="ExcludesTo">Whether the upper end itself lies outside.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Range<T>(T? From, T? To, bool ExcludesFrom = false, bool ExcludesTo = false)
    where T : struct;
