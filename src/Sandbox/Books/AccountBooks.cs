using System.Runtime.InteropServices;

namespace Quittance.Sandbox.Books;

/// <summary>A page of an account's books.</summary>
/// <param name="Totals">The sums over all authorisations, by currency.</param>
/// <param name="Authorisations">Some of them, in the order in which they came.</param>
/// <param name="Next">The last of them where more follow: what to go on after.</param>
public sealed record BooksPage(IReadOnlyDictionary<string, Amounts> Totals, IReadOnlyList<BookedAuthorisation> Authorisations, Guid? Next);

/// <summary>A request or a dispute that changed, as it is now.</summary>
/// <param name="At">When it changed.</param>
public sealed record BookedChange(DateTimeOffset At, BookedRequest? Request, BookedDispute? Dispute);

/// <summary>A page of changes.</summary>
/// <param name="Changes">In the order of time. What changed twice comes twice, each time as it is now.</param>
/// <param name="Next">Where the next page begins; null where nothing follows.</param>
public sealed record ChangesPage(IReadOnlyList<BookedChange> Changes, int? Next);

/// <summary>The books of one account in memory. They change by entries only.</summary>
internal sealed class AccountBooks(string account)
{
    private readonly Dictionary<Guid, BookedRequest> _requests = [];
    private readonly Dictionary<Guid, int> _places = [];
    private readonly List<BookedAuthorisation> _authorisations = [];
    private readonly Dictionary<string, BookedDispute> _disputes = [];
    private readonly Dictionary<string, Amounts> _totals = [];
    private readonly HashSet<Guid> _tombstones = [];
    private readonly HashSet<Guid> _turnedAway = [];
    private readonly List<(DateTimeOffset At, Guid? Request, string? Dispute)> _changes = [];

    public string Account => account;

    public byte[]? NoticeKey { get; private set; }

    public BookedRequest? FindRequest(Guid id) => _requests.GetValueOrDefault(id);

    public BookedAuthorisation? FindAuthorisation(Guid id) => _places.TryGetValue(id, out var place) ? _authorisations[place] : null;

    public BookedDispute? FindDispute(string id) => _disputes.GetValueOrDefault(id);

    public bool HasTombstone(Guid authorisation) => _tombstones.Contains(authorisation);

    public bool HasTurnedAway(Guid request) => _turnedAway.Contains(request);

    /// <summary>A page of the books; null when the place to go on after is unknown.</summary>
    public BooksPage? Page(Guid? after, int limit)
    {
        var from = 0;
        if (after is { } id)
        {
            if (!_places.TryGetValue(id, out var place))
                return null;
            from = place + 1;
        }

        var page = _authorisations[from..Math.Min(from + limit, _authorisations.Count)];
        return new BooksPage(new Dictionary<string, Amounts>(_totals), page, from + limit < _authorisations.Count ? page[^1].Id : null);
    }

    /// <summary>A page of what changed since a moment.</summary>
    /// <param name="from">Where the page begins; 0 for the first.</param>
    public ChangesPage Changes(DateTimeOffset since, int from, int limit)
    {
        List<BookedChange> page = [];
        var place = from;
        for (; place < _changes.Count && page.Count < limit; place++)
        {
            var (at, request, dispute) = _changes[place];
            if (at >= since)
            {
                page.Add(new BookedChange(
                    at, request is { } id ? _requests[id] : null, dispute is null ? null : _disputes[dispute]));
            }
        }

        return new ChangesPage(page, place < _changes.Count ? place : null);
    }

    public void Apply(Entry entry)
    {
        foreach (var request in entry.Requests ?? [])
        {
            _requests[request.Id] = request;
            _changes.Add((entry.At, request.Id, null));
        }

        if (entry.Dispute is { } changed)
            _changes.Add((entry.At, null, changed.Id));
        if (entry.Authorisation is { } authorisation)
            Put(authorisation);
        if (entry.Dispute is { } dispute)
            _disputes[dispute.Id] = dispute;
        if (entry.Tombstone is { } tombstone)
            _tombstones.Add(tombstone);
        if (entry.TurnedAway is { } turnedAway)
            _turnedAway.Add(turnedAway);
        NoticeKey = entry.NoticeKey ?? NoticeKey;
    }

    private void Put(BookedAuthorisation authorisation)
    {
        ref var total = ref CollectionsMarshal.GetValueRefOrAddDefault(_totals, authorisation.Currency, out _);
        total = total.Plus(authorisation.Amounts);
        if (_places.TryGetValue(authorisation.Id, out var place))
        {
            total = total.Plus(_authorisations[place].Amounts, -1);
            _authorisations[place] = authorisation;
        }
        else
        {
            _places.Add(authorisation.Id, _authorisations.Count);
            _authorisations.Add(authorisation);
        }
    }
}
