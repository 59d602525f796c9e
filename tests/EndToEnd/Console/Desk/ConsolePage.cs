using Quittance.Core.Access;

namespace Quittance.Tests.Console;

/// <summary>A page of the console, as its tests know it.</summary>
/// <param name="Template">Its route.</param>
/// <param name="Least">The least role that sees it; null where it needs no sign-in.</param>
/// <param name="Sample">An address of it that exists, from the samples; null where they have none.</param>
/// <param name="Heading">Its heading; null for a file.</param>
/// <param name="IsAction">Whether it has a form that changes something.</param>
internal sealed record ConsolePage(
    string Template, OperatorRole? Least, Func<DeskSamples, string?> Sample, string? Heading, bool IsAction = false);
