namespace Quittance.Sandbox.Notices;

/// <summary>The notices that have not arrived, in the order in which they are due.</summary>
internal sealed class NoticeQueue
{
    // The waiting before each further try; after the last one the notice is given up.
    private static readonly TimeSpan[] BackOff =
    [
        TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(30), TimeSpan.FromHours(1), TimeSpan.FromHours(3), TimeSpan.FromHours(8),
    ];

    private readonly Dictionary<string, Waiting> _waiting = [];
    private readonly PriorityQueue<Waiting, (DateTimeOffset At, long Number)> _due = new();
    private readonly List<Waiting> _withoutKey = [];
    private long _number;

    public DateTimeOffset? NextDue => _due.TryPeek(out _, out var next) ? next.At : null;

    public void Add(string account, Notice notice)
    {
        var waiting = new Waiting(account, notice);
        if (_waiting.TryAdd(notice.Id, waiting))
            Enqueue(waiting, notice.DueAt);
    }

    /// <summary>It has arrived or is given up.</summary>
    public void Remove(string id) => _waiting.Remove(id);

    public string? AccountOf(string id) => _waiting.GetValueOrDefault(id)?.Account;

    /// <summary>Takes a notice out before its turn.</summary>
    public SignedNotice? Take(string id, byte[]? key, DateTimeOffset now)
    {
        if (key is null || !_waiting.TryGetValue(id, out var waiting) || waiting.DueAt is null)
            return null;
        waiting.DueAt = null;
        return waiting.Notice.Sign(key, now);
    }

    /// <summary>Takes out what is due. A notice without a key to sign it with waits until there is one.</summary>
    public IReadOnlyList<SignedNotice> TakeDue(Func<string, byte[]?> keyOf, DateTimeOffset now)
    {
        var taken = new List<SignedNotice>();
        while (_due.TryPeek(out var waiting, out var next) && next.At <= now)
        {
            _due.Dequeue();
            if (waiting.DueAt != next.At || !_waiting.ContainsKey(waiting.Notice.Id))
                continue;
            if (Take(waiting.Notice.Id, keyOf(waiting.Account), now) is { } signed)
                taken.Add(signed);
            else
                _withoutKey.Add(waiting);
        }

        return taken;
    }

    public void KeySet(string account, DateTimeOffset now)
    {
        foreach (var waiting in _withoutKey.Where(waiting => waiting.Account == account))
            Enqueue(waiting, now);
        _withoutKey.RemoveAll(waiting => waiting.Account == account);
    }

    /// <summary>Puts a notice that did not arrive back. False: it has been tried often enough.</summary>
    public bool TryAgain(string id, DateTimeOffset now)
    {
        if (!_waiting.TryGetValue(id, out var waiting) || waiting.DueAt is not null)
            return true;
        if (waiting.Notice.IsForged || waiting.Tries == BackOff.Length)
            return false;
        Enqueue(waiting, now + BackOff[waiting.Tries++]);
        return true;
    }

    private void Enqueue(Waiting waiting, DateTimeOffset at)
    {
        waiting.DueAt = at;
        _due.Enqueue(waiting, (at, _number++));
    }

    // How often it has been tried is forgotten when the program ends: it then simply begins anew.
    private sealed class Waiting(string account, Notice notice)
    {
        public string Account => account;

        public Notice Notice => notice;

        public int Tries { get; set; }

        /// <summary>When it is to be sent; null while it is being sent.</summary>
        public DateTimeOffset? DueAt { get; set; }
    }
}
