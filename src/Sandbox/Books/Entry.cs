using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Books;

/// <summary>One line of the journal: all that one step changes in an account's books, each thing as it is afterwards.</summary>
internal sealed record Entry(string Account)
{
    public BookedAuthorisation? Authorisation { get; init; }

    public IReadOnlyList<BookedRequest>? Requests { get; init; }

    public BookedDispute? Dispute { get; init; }

    public IReadOnlyList<Notice>? Notices { get; init; }

    /// <summary>The key that signs notices from now on.</summary>
    public byte[]? NoticeKey { get; init; }

    /// <summary>An authorisation that was voided before it arrived.</summary>
    public Guid? Tombstone { get; init; }

    /// <summary>A request that was turned away at its first sending.</summary>
    public Guid? TurnedAway { get; init; }

    /// <summary>A notice that has arrived or is given up.</summary>
    public string? NoticeDone { get; init; }
}
