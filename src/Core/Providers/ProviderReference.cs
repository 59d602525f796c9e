using Quittance.Core.Instruments;

namespace Quittance.Core.Providers;

/// <summary>A provider's own id of a request, such as <c>pi_3MtwBwLkdIwHu7ix</c>: people find the request at the provider by it.</summary>
public static class ProviderReference
{
    private const int MaxLength = 255;

    /// <summary>
    /// The id as it may be kept; null for a text with blanks or other signs than ASCII, and for one that may hold a card number.
    /// </summary>
    public static string? Of(string? text) =>
        text is { Length: > 0 and <= MaxLength } && text.All(letter => letter is > ' ' and < '\x7f') && CardNumberMask.Apply(text) == text
            ? text
            : null;
}
