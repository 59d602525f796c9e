namespace Quittance.Storage.Console;

/// <summary>What somebody types to find payments: what it looks like says where it is looked for.</summary>
/// <param name="Text">The text itself, without spaces around it: a name, or the beginning of one.</param>
public sealed record PaymentSought(string Text)
{
    /// <summary>The id of the payment, or of one of its attempts, where it looks like an id.</summary>
    public Guid? Id { get; init; }

    /// <summary>The payment's number, where it looks like one.</summary>
    public long? Number { get; init; }

    /// <summary>Amounts in major units, with a point; empty where it looks like none. Several where signs between digits can be read in two ways.</summary>
    public IReadOnlyList<string> Amounts { get; init; } = [];
}
