namespace Quittance.Core;

/// <summary>The source of a command. Every event keeps it, so any figure can be traced to its request.</summary>
/// <param name="Credential">The credential used; 0 for the merchant's own people.</param>
/// <param name="Request">The trace id of the request, which the server makes.</param>
public sealed record Origin(MerchantId Merchant, long Credential, Guid Request)
{
    /// <summary>The client's own trace id, a remark of the client; null where it sent none.</summary>
    public Guid? ClientTrace { get; init; }

    /// <summary>
    /// The operator's action, or that of a client in an operator's place, such as a correction; null for any other command. Kept in the
    /// commit of its changes.
    /// </summary>
    public OperatorAction? Action { get; init; }

    /// <summary>
    /// Whether an operator sent the command, at the console, on the command line, or through a client that acts for them. A client that
    /// acts for itself has a credential and no person.
    /// </summary>
    public bool IsOfOperator => Action is not null && (Credential == 0 || Action.Person is not null);

    /// <summary>The same request, with another name for what the operator does; unchanged where no operator does it.</summary>
    public Origin As(string what) => this with { Action = Action is null ? null : Action with { What = what } };
}

/// <summary>
/// An operator's action, or that of a client in an operator's place, such as a correction. The audit log keeps it in the commit of its
/// changes.
/// </summary>
/// <param name="Person">Null for the command line and for clients that act for themselves.</param>
/// <param name="Who">The operator's name at that time, with the client that acts for them; or the client's credential.</param>
/// <param name="What">The action, as a dotted verb such as <c>payment.refund</c>.</param>
/// <param name="Subject">The object, as a person would call it, such as <c>payment 1234</c>.</param>
/// <param name="Reason">The operator's own words; can be empty where the form asks for none.</param>
public sealed record OperatorAction(Guid? Person, string Who, string What, string Subject, string Reason)
{
    /// <summary>The most characters of a reason, in every face.</summary>
    public const int LongestReason = 500;

    /// <summary>The operator at the command line.</summary>
    public const string CommandLine = "command line";

    /// <summary>A client, by the number of its credential.</summary>
    public static string NameOf(long credential) => $"credential {credential}";

    /// <summary>Whether the client of a credential did it, for itself or for a person.</summary>
    public bool IsThrough(long credential) =>
        Person is null ? Who == NameOf(credential) : Who.EndsWith($"({NameOf(credential)})", StringComparison.Ordinal);
}
