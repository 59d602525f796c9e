using Quittance.Console.Parts;
using Quittance.Storage.Console;
using Quittance.Storage.Tenancy;

namespace Quittance.Console.Pages.Payments;

/// <summary>One thing of a payment's timeline.</summary>
/// <param name="At">When.</param>
/// <param name="Tone">How good or bad.</param>
/// <param name="Title">What happened.</param>
internal sealed record TimelineEntry(DateTimeOffset At, Tone Tone, string Title)
{
    /// <summary>More of it; null for nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>Who brought it: an API, an operator, or our own programs.</summary>
    public string? By { get; init; }

    /// <summary>The credential of the API's client; null where there is none.</summary>
    public OriginCredential? Credential { get; init; }

    /// <summary>The trace id of the request.</summary>
    public Guid? Request { get; init; }

    /// <summary>What an operator did by it.</summary>
    public KeptAction? Action { get; init; }

    /// <summary>What it moved in the ledger.</summary>
    public IReadOnlyList<BookedTransfer> Transfers { get; init; } = [];

    /// <summary>Who is told of it.</summary>
    public IReadOnlyList<StoryDelivery> Deliveries { get; init; } = [];
}
