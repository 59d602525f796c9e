using System.Runtime.InteropServices;
using Quittance.Dialects.Http;

namespace Quittance.Dialects.Tmf676.Resources;

/// <summary>The attributes with which any TMF object tells its type.</summary>
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
