using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>A reference to something elsewhere: AccountRef, ChannelRef, EntityRef, RelatedParty (TMF676 3.4).</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Id">The id of what it refers to.</param>
public sealed record TmfReference(TmfReferenceKind Kind, string Id) : ITmfValue
{
    /// <summary>Where it is.</summary>
    public string? Href { get; init; }

    /// <summary>Its description; of accounts only.</summary>
    public string? Description { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its role; of parties only.</summary>
    public string? Role { get; init; }

    /// <summary>Its type, and that of what it refers to.</summary>
    public TmfTags Tags { get; init; }

    public void Write(TmfWriter writer)
    {
        writer.Text("id", Id);
        writer.Text("href", Href);
        if (Kind == TmfReferenceKind.Account)
            writer.Text("description", Description);
        writer.Text("name", Name);
        if (Kind == TmfReferenceKind.Party)
            writer.Text("role", Role);
        Tags.WriteReferring(writer);
    }

    /// <summary>Reads a member that is a reference; null when it is absent or has no readable id.</summary>
    internal static TmfReference? Read(
        JsonFields parent, string name, TmfReferenceKind kind, TmfRules rules, bool required = false,
        bool asksForReferredType = false) =>
        parent.Object(name, required) is { } fields ? Read(fields, kind, rules, asksForReferredType) : null;

    /// <summary>Reads an object that is a reference; null when it has no readable id.</summary>
    internal static TmfReference? Read(JsonFields fields, TmfReferenceKind kind, TmfRules rules, bool asksForReferredType = false)
    {
        var id = fields.Text("id", TmfLength.Id, required: true, minLength: 1);
        var reference = new TmfReference(kind, id ?? "")
        {
            Href = fields.Text("href", TmfLength.Address),
            Description = kind == TmfReferenceKind.Account ? fields.Text("description", TmfLength.Description) : null,
            Name = fields.Text("name", TmfLength.Name),
            Role = kind == TmfReferenceKind.Party ? fields.Text("role", TmfLength.Name) : null,
            Tags = TmfTags.ReadReferring(fields, asksForReferredType || kind == TmfReferenceKind.Party),
        };
        rules.Close(fields);
        return id is null ? null : reference;
    }
}
