using System.Runtime.InteropServices;

namespace Quittance.Sandbox.Books;

/// <summary>A page of an account's books.</summary>
/// <param name="Totals">The sums over all authorisations, by currency.</param>
/// <param name="Authorisations">Some of them, in the order in which they came.</param>
/// <param name="Next">The last of them where more follow: what to go on after.</param>
public sealed record BooksPage(IReadOnlyDictionary<string, Amounts> Totals, IReadOnlyList<BookedAuthorisation> Authorisations, Guid? Next);

/// <summary>A request or a dispute as it is now.</summary>
/// <param name="At">When it last changed.</param>
/// <param name="IsVoid">Whether it is an authorisation that was given back.</param>
public sealed record BookedChange(DateTimeOffset At, BookedRequest? Request, BookedDispute? Dispute, bool IsVoid);

/// <summary>A page of changes.</summary>
/// <param name="Changes">In the order of time. A request that changed twice comes once, at its last change.</param>
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
    private readonly Dictionary<(Guid? Request, string? Dispute), int> _lastChanges = [];

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

    /// <summary>A page of what last changed in a time.</summary>
    /// <param name="until">The end of the time, which is no part of it.</param>
    /// <param name="from">Where the page begins; 0 for the first.</param>
    public ChangesPage Changes(DateTimeOffset since, DateTimeOffset until, int from, int limit)
    {
        List<BookedChange> page = [];
        var place = Math.Max(from, FirstSince(since));
        for (; place < _changes.Count && _changes[place].At < until && page.Count < limit; place++)
        {
            var (at, request, dispute) = _changes[place];
            if (_lastChanges[(request, dispute)] == place)
            {
                page.Add(new BookedChange(
                    at, request is { } id ? _requests[id] : null, dispute is null ? null : _disputes[dispute],
                    request is { } known && FindAuthorisation(known) is { IsVoid: true }));
            }
        }

        return new ChangesPage(page, place < _changes.Count && _changes[place].At < until ? place : null);
    }

    public void Apply(Entry entry)
    {
        foreach (var request in entry.Requests ?? [])
        {
            _requests[request.Id] = request;
            Note(entry.At, request.Id, null);
        }

        if (entry.Dispute is { } changed)
            Note(entry.At, null, changed.Id);
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

    private void Note(DateTimeOffset at, Guid? request, string? dispute)
    {
        _lastChanges[(request, dispute)] = _changes.Count;
        // A clock that was set back does not bring the list out of order.
        _changes.Add((_changes is [.., var last] && last.At > at ? last.At : at, request, dispute));
    }

    private int FirstSince(DateTimeOffset since)
    {
        var (low, high) = (0, _changes.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_changes[middle].At < since)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
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
