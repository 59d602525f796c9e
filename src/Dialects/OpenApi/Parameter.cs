namespace Quittance.Dialects.OpenApi;

/// <summary>Something of a request beside its body.</summary>
/// <param name="Place">Where it stands: <c>path</c>, <c>query</c> or <c>header</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Shape">What it is.</param>
/// <param name="IsRequired">Whether it must be sent.</param>
public sealed record Parameter(string Place, string Name, Shape Shape, bool IsRequired)
{
    /// <summary>A part of the path. Its name is that of the route.</summary>
    public static Parameter InPath(string name, Shape shape) => new("path", name, shape, IsRequired: true);

    /// <summary>A parameter of the query. A map stands for any number of parameters.</summary>
    public static Parameter InQuery(string name, Shape shape, bool isRequired = false) => new("query", name, shape, isRequired);

    /// <summary>A header.</summary>
    public static Parameter InHeader(string name, Shape shape) => new("header", name, shape, IsRequired: false);
}
