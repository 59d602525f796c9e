namespace Quittance.Dialects.Http;

/// <summary>The forms in which a resource can be had.</summary>
public enum DocumentFormat
{
    /// <summary><c>application/json</c>; what counts when nothing is said.</summary>
    Json,

    /// <summary><c>application/xml</c>.</summary>
    Xml,
}
