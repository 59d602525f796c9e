using Quittance.Core.Access;

namespace Quittance.Tests.Console;

/// <summary>A page of the console, as its tests know it.</summary>
/// <param name="Template">Its route.</param>
/// <param name="Least">The least role that sees it; null where nobody need be signed in.</param>
/// <param name="Sample">An address of it that exists, from the samples; null where they have none.</param>
/// <param name="Heading">What it is headed by; null where it is no page but a file.</param>
/// <param name="IsAction">Whether it has a form that changes something.</param>
internal sealed record ConsolePage(
    string Template, OperatorRole? Least, Func<DeskSamples, string?> Sample, string? Heading, bool IsAction = false);
