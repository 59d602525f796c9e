namespace Quittance.Dialects.OAuth;

/// <summary>The parameter <c>scope</c> (RFC 6749 3.3).</summary>
internal static class Scopes
{
    /// <summary>The scopes that were asked for, all of them where nothing was; null when that is more than is allowed.</summary>
    /// <param name="asked">The parameter; null when it was not sent.</param>
    /// <param name="allowed">What there is to ask for.</param>
    public static IReadOnlyCollection<string>? Asked(string? asked, IReadOnlySet<string> allowed)
    {
        if (asked is null)
            return [.. allowed.Order(StringComparer.Ordinal)];
        string[] scopes = [.. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct()];
        return scopes.Length > 0 && scopes.All(allowed.Contains) ? scopes : null;
    }
}
