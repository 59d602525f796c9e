namespace Quittance.BackOffice.Acts;

/// <summary>The scopes of programs that acts need; Quittance's own API offers them.</summary>
internal static class Scopes
{
    public const string Administer = "administer";

    /// <summary>Of customers and what they owe.</summary>
    public const string Bill = "bill";

    /// <summary>Of what charges customers.</summary>
    public const string Pay = "pay";

    /// <summary>Of what gives money back.</summary>
    public const string Refund = "refund";

    /// <summary>Of the lines of bank statements.</summary>
    public const string Settle = "settle";

    /// <summary>Of events and of the webhooks that get them.</summary>
    public const string Events = "events";
}
