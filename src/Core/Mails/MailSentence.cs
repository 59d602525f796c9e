using System.Text.RegularExpressions;

namespace Quittance.Core.Mails;

/// <summary>A sentence of the merchant's own, which mails of a kind have below what they say.</summary>
/// <param name="Language">The language of the mails that have it, such as <c>de</c>; null for all that have none of their own.</param>
/// <param name="Text">Plain text; the names in braces stand for what the mail is about.</param>
public sealed partial record MailSentence(MerchantId Merchant, MailKind Kind, string? Language, string Text)
{
    /// <summary>The most characters of a sentence.</summary>
    public const int Most = 500;

    /// <summary>Why a text can't be a sentence of a kind of mail; null where it can.</summary>
    public static string? ProblemOf(MailKind kind, string text)
    {
        // The names that it may have in braces. A card that expires, a page and a mandate have no amount.
        string[] names = kind is MailKind.CardExpires or MailKind.AccountLink or MailKind.MandateGiven
            ? ["name", "merchant"] : ["name", "amount", "merchant"];
        var odd = Braces().Matches(text).Select(match => match.Value).FirstOrDefault(one => !names.Any(name => one == $"{{{name}}}"));
        return odd is null ? null
            : $"{odd} stands for nothing. There are {string.Join(", ", names.Select(name => $"{{{name}}}"))}.";
    }

    /// <summary>Each name in braces, and each brace that belongs to none.</summary>
    [GeneratedRegex(@"\{[^{}]*\}|[{}]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Braces();
}

/// <summary>The merchants' own sentences, to read.</summary>
public interface IMailSentences
{
    /// <summary>The sentence of a kind of mail in a language; null for none.</summary>
    Task<string?> FindAsync(MerchantId merchant, MailKind kind, string language, CancellationToken cancel);
}
