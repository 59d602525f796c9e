using Quittance.Core.Instruments;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>
/// How a payment was made: PaymentMethodRefOrValue (TMF676 3.4). Card numbers in it are masked as it is read (5.14).
/// </summary>
public sealed record TmfMethod : ITmfValue
{
    /// <summary>The id of the method.</summary>
    public string? Id { get; init; }

    /// <summary>Where it is.</summary>
    public string? Href { get; init; }

    public string? Description { get; init; }

    /// <summary>Whether the customer prefers it.</summary>
    public bool? IsPreferred { get; init; }

    /// <summary>A name fit to be shown.</summary>
    public string? Name { get; init; }

    public string? Status { get; init; }

    /// <summary>Since when it has this status.</summary>
    public DateTimeOffset? StatusDate { get; init; }

    /// <summary>The accounts it is used for.</summary>
    public IReadOnlyList<TmfReference> Accounts { get; init; } = [];

    /// <summary>Whose it is.</summary>
    public TmfReference? RelatedParty { get; init; }

    /// <summary>When it can be used.</summary>
    public TmfPeriod? ValidFor { get; init; }

    /// <summary>Its type; <c>@type</c> says how the payment was made.</summary>
    public TmfTags Tags { get; init; }

    public void Write(TmfWriter writer)
    {
        writer.Text("id", Id);
        writer.Text("href", Href);
        writer.Text("description", Description);
        writer.Boolean("isPreferred", IsPreferred);
        writer.Text("name", Name);
        writer.Text("status", Status);
        writer.Moment("statusDate", StatusDate);
        writer.Objects("account", Accounts);
        writer.Object("relatedParty", RelatedParty);
        writer.Object("validFor", ValidFor);
        Tags.WriteReferring(writer);
    }

    internal static TmfMethod Read(JsonFields fields, TmfRules rules)
    {
        var method = new TmfMethod
        {
            Id = WithoutCards(fields.Text("id", TmfLength.Id, rules.AsksForMethodId, minLength: 1)),
            Href = fields.Text("href", TmfLength.Address),
            Description = WithoutCards(fields.Text("description", TmfLength.Description)),
            IsPreferred = fields.Boolean("isPreferred"),
            Name = WithoutCards(fields.Text("name", TmfLength.Name)),
            Status = fields.Text("status", TmfLength.Name),
            StatusDate = fields.DateTime("statusDate"),
            Accounts = ReadAccounts(fields, rules),
            RelatedParty = TmfReference.Read(fields, "relatedParty", TmfReferenceKind.Party, rules),
            ValidFor = TmfPeriod.Read(fields, "validFor", rules),
            Tags = TmfTags.ReadReferring(fields, required: false),
        };
        rules.Close(fields);
        return method;
    }

    /// <summary>
    /// Card numbers are cut to their last four digits (TMF676 5.14). A POID is none, though by chance it may look like one.
    /// </summary>
    private static string? WithoutCards(string? text) =>
        text is null || Poid.TryParse(text, out _) ? text : CardNumberMask.Apply(text);

    private static List<TmfReference> ReadAccounts(JsonFields fields, TmfRules rules)
    {
        List<TmfReference> accounts = [];
        foreach (var item in fields.Array("account", TmfLength.Items)?.Objects() ?? [])
        {
            if (TmfReference.Read(item, TmfReferenceKind.Account, rules) is { } account)
                accounts.Add(account);
        }

        return accounts;
    }
}
