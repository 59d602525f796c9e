using System.Runtime.InteropServices;

namespace Quittance.Core.Engine;

/// <summary>
/// The rows that a batch works on, as its commands see them: read under the slots' locks, then changed in memory by each accepted
/// command, so that the next one sees it. A row that was not read does not exist here.
/// </summary>
public sealed class State
{
    private readonly Dictionary<SlotKey, SlotRow> _slots = [];
    private object?[] _places = new object?[32];

    /// <summary>A row by its id.</summary>
    public TRow? Find<TId, TRow>(Shelf<TId, TRow> shelf, TId id)
        where TId : struct, IEquatable<TId>
        where TRow : class => At<Rows<TId, TRow>>(shelf).All.TryGetValue(id, out var standing) ? standing.Row : null;

    /// <summary>The rows of a relation, in the order in which they came to have the key. Only those that were read.</summary>
    public IEnumerable<TRow> All<TKey, TId, TRow>(Relation<TKey, TId, TRow> relation, TKey key)
        where TKey : struct, IEquatable<TKey>
        where TId : struct, IEquatable<TId>
        where TRow : class
    {
        if (!At<Dictionary<TKey, List<TId>>>(relation).TryGetValue(key, out var ids))
            yield break;
        var rows = At<Rows<TId, TRow>>(relation.Shelf).All;
        for (var index = 0; index < ids.Count; index++)
        {
            if (rows[ids[index]].Row is var row && relation.Has(row, key))
                yield return row;
        }
    }

    /// <summary>Whether commands added or changed a row.</summary>
    public bool HasNews<TId, TRow>(Shelf<TId, TRow> shelf)
        where TId : struct, IEquatable<TId>
        where TRow : class =>
        shelf.Place < _places.Length && _places[shelf.Place] is Rows<TId, TRow> rows && rows.Added.Count + rows.Changed.Count > 0;

    /// <summary>The rows that commands added, as they are now, in the order in which they were added.</summary>
    public List<TRow> Added<TId, TRow>(Shelf<TId, TRow> shelf)
        where TId : struct, IEquatable<TId>
        where TRow : class => At<Rows<TId, TRow>>(shelf) is var rows ? rows.Of(rows.Added) : [];

    /// <summary>The rows that were read and that commands changed, as they are now.</summary>
    public List<TRow> Changed<TId, TRow>(Shelf<TId, TRow> shelf)
        where TId : struct, IEquatable<TId>
        where TRow : class => At<Rows<TId, TRow>>(shelf) is var rows ? rows.Of(rows.Changed) : [];

    /// <summary>The rows of <see cref="Changed"/>, in the same order, as they were read.</summary>
    public List<TRow> Before<TId, TRow>(Shelf<TId, TRow> shelf)
        where TId : struct, IEquatable<TId>
        where TRow : class => At<Rows<TId, TRow>>(shelf).Before;

    /// <summary>The object that a reference names; null when it names nothing.</summary>
    public NamedObject? Find(Reference reference) => Find(NameRow.Shelf, reference)?.NamedObject;

    /// <summary>The place of a target's account; null when there is none.</summary>
    public NamedObject? Find(AccountTarget target)
    {
        if (target.Known is { } known)
            return known;
        foreach (var name in target.Names)
        {
            if (Find(name) is { } found)
                return found;
        }

        return null;
    }

    /// <summary>The counter of human numbers of a slot.</summary>
    public long LastNumber(SlotKey slot) => _slots.GetValueOrDefault(slot).LastNumber;

    /// <summary>The time of the last batch of a slot.</summary>
    public DateTimeOffset LastAt(SlotKey slot) => _slots.GetValueOrDefault(slot).LastAt;

    /// <summary>Whether the slot takes no changes, as the books were restored and are not released.</summary>
    public bool IsHeld(SlotKey slot) => _slots.GetValueOrDefault(slot).IsHeld;

    /// <summary>A slot as it was read, with the human numbers taken since.</summary>
    public SlotRow Slot(SlotKey slot) => _slots.GetValueOrDefault(slot);

    /// <summary>Takes in a row that was read.</summary>
    public void Load(IRow row) => row.Enter(this, isNews: false);

    /// <summary>Takes in a reference that was looked up.</summary>
    public void Load(Reference reference, NamedObject referent) => Load(new NameRow(reference, referent));

    /// <summary>Takes in a slot that was read.</summary>
    public void Load(SlotKey slot, SlotRow row) => _slots[slot] = row;

    /// <summary>Applies what an accepted command changes, so that the next command of the batch sees it.</summary>
    public void Apply(Changes changes, SlotKey slot)
    {
        foreach (var row in changes.Rows)
            Put(row);
        if (changes.NumbersTaken > 0)
            _slots[slot] = _slots.GetValueOrDefault(slot) with { LastNumber = LastNumber(slot) + changes.NumbersTaken };
    }

    /// <summary>Takes in a row that is new or as it is now.</summary>
    internal void Put(IRow row) => row.Enter(this, isNews: true);

    internal void Enter<TId, TRow>(Shelf<TId, TRow> shelf, TRow row, bool isNews)
        where TId : struct, IEquatable<TId>
        where TRow : class
    {
        var (rows, id) = (At<Rows<TId, TRow>>(shelf), shelf.IdOf(row));
        ref var standing = ref CollectionsMarshal.GetValueRefOrAddDefault(rows.All, id, out var wasThere);
        var before = standing.Row;
        if (isNews && !standing.IsNews)
        {
            (wasThere ? rows.Changed : rows.Added).Add(id);
            if (wasThere)
                rows.Before.Add(before!);
        }

        standing = (row, isNews || standing.IsNews);
        foreach (var relation in shelf.Relations)
            relation.Note(this, before, row);
    }

    /// <param name="mayBeNoted">The row is not new: it may have had the key before and lost it.</param>
    internal void Note<TKey, TId, TRow>(Relation<TKey, TId, TRow> relation, TKey key, TId id, bool mayBeNoted)
        where TKey : struct, IEquatable<TKey>
        where TId : struct, IEquatable<TId>
        where TRow : class
    {
        ref var ids = ref CollectionsMarshal.GetValueRefOrAddDefault(At<Dictionary<TKey, List<TId>>>(relation), key, out _);
        ids ??= new(1);
        if (mayBeNoted)
            ids.Remove(id);
        ids.Add(id);
    }

    private T At<T>(Lookup lookup)
        where T : class, new()
    {
        if (lookup.Place >= _places.Length)
            Array.Resize(ref _places, lookup.Place * 2);
        return (T)(_places[lookup.Place] ??= new T());
    }

    private sealed class Rows<TId, TRow>
        where TId : struct, IEquatable<TId>
        where TRow : class
    {
        public Dictionary<TId, (TRow Row, bool IsNews)> All { get; } = [];

        public List<TId> Added { get; } = [];

        public List<TId> Changed { get; } = [];

        public List<TRow> Before { get; } = [];

        public List<TRow> Of(List<TId> ids) => ids.ConvertAll(id => All[id].Row);
    }
}
