using System.Runtime.InteropServices;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The attributes of any TMF object that hold its type.</summary>
/// <param name="BaseType"><c>@baseType</c>.</param>
/// <param name="SchemaLocation"><c>@schemaLocation</c>, an address.</param>
/// <param name="Type"><c>@type</c>.</param>
/// <param name="ReferredType"><c>@referredType</c>, of references only.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct TmfTags(string? BaseType, string? SchemaLocation, string? Type, string? ReferredType)
{
    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => this == default;

    /// <summary>Reads the tags of an object that refers to nothing.</summary>
    internal static TmfTags Read(JsonFields fields) => new(
        fields.Text("@baseType", TmfLength.Id),
        fields.Text("@schemaLocation", TmfLength.Address),
        fields.Text("@type", TmfLength.Id),
        ReferredType: null);

    /// <summary>Reads the tags of a reference.</summary>
    internal static TmfTags ReadReferring(JsonFields fields, bool required) =>
        Read(fields) with { ReferredType = fields.Text("@referredType", TmfLength.Id, required, minLength: 1) };

    /// <summary>Writes the tags of an object that refers to nothing.</summary>
    internal void Write(TmfWriter writer)
    {
        writer.Text("@baseType", BaseType);
        writer.Text("@schemaLocation", SchemaLocation);
        writer.Text("@type", Type);
    }

    /// <summary>Writes the tags of a reference.</summary>
    internal void WriteReferring(TmfWriter writer)
    {
        Write(writer);
        writer.Text("@referredType", ReferredType);
    }
}

/// <summary>The kinds of <see cref="TmfReference"/>; each has attributes of its own beside those of all.</summary>
public enum TmfReferenceKind
{
    /// <summary>A bill, a channel, a payment: no further attributes.</summary>
    Entity,

    /// <summary>An account: <c>description</c>.</summary>
    Account,

    /// <summary>A person or company: <c>role</c>; <c>@referredType</c> is required.</summary>
    Party,
}

/// <summary>A reference to something elsewhere: AccountRef, ChannelRef, EntityRef, RelatedParty (TMF676 3.4).</summary>
/// <param name="Kind">Which of them.</param>
/// <param name="Id">The id of what it refers to.</param>
public sealed record TmfReference(TmfReferenceKind Kind, string Id) : ITmfValue
{
    /// <summary>Where it is.</summary>
    public string? Href { get; init; }

    /// <summary>Its description; of accounts only.</summary>
    public string? Description { get; init; }

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

/// <summary>A span of time, open where an end is missing.</summary>
/// <param name="Start">Its start.</param>
/// <param name="End">Its end.</param>
public sealed record TmfPeriod(DateTimeOffset? Start, DateTimeOffset? End) : ITmfValue
{
    public void Write(TmfWriter writer)
    {
        writer.Moment("startDateTime", Start);
        writer.Moment("endDateTime", End);
    }

    internal static TmfPeriod? Read(JsonFields parent, string name, TmfRules rules)
    {
        if (parent.Object(name) is not { } fields)
            return null;
        var period = new TmfPeriod(fields.DateTime("startDateTime"), fields.DateTime("endDateTime"));
        rules.Close(fields);
        return period;
    }
}
