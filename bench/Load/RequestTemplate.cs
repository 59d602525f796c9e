using System.Text;
using Quittance.Bench.Books;

namespace Quittance.Bench.Load;

/// <summary>A payment over HTTP with gaps, each of a fixed width: the account, once or twice, and the whole units of the amount.</summary>
/// <param name="Path">Where it is posted to.</param>
/// <param name="Headers">Its own headers.</param>
/// <param name="BeforeAccount">The body up to the digits of the account.</param>
/// <param name="BeforeAmount">The body from there, or from the digits of the account's second time, to the two digits of the
/// amount.</param>
/// <param name="Rest">The body after that.</param>
/// <param name="Accounts">How many accounts there are; they count from 1.</param>
internal sealed record RequestTemplate(
    string Path, IReadOnlyList<string> Headers, string BeforeAccount, string BeforeAmount, string Rest, int Accounts)
{
    public const int SmallestAmount = 10;
    public const int LargestAmount = 99;

    /// <summary>The body between the account's digits where they come twice; null where they come once.</summary>
    public string? BeforeAccountAgain { get; init; }

    /// <summary>The headers of each of those who are paid at random, where there are several.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? AnyHeaders { get; init; }

    /// <summary>Everything before the digits of the account, for each of those who are paid.</summary>
    public IReadOnlyList<string> Heads(Uri server) => [.. (AnyHeaders ?? [Headers]).Select(headers => Head(server, headers))];

    private string Head(Uri server, IReadOnlyList<string> headers)
    {
        var length = Encoding.UTF8.GetByteCount(BeforeAccount + BeforeAccountAgain + BeforeAmount + Rest)
            + (BenchAccounts.Digits * (BeforeAccountAgain is null ? 1 : 2)) + 2;
        return string.Join(
            "\r\n", [$"POST {Path} HTTP/1.1", $"Host: {server.Authority}", .. headers, "Content-Type: application/json",
            $"Content-Length: {length}", "", BeforeAccount]);
    }

    /// <summary>A request for a random account.</summary>
    public byte[] Render(Uri server, Random random)
    {
        var account = random.Next(1, Accounts + 1).ToString($"D{BenchAccounts.Digits}");
        var again = BeforeAccountAgain is null ? "" : BeforeAccountAgain + account;
        var headers = AnyHeaders is { } any ? any[random.Next(any.Count)] : Headers;
        return Encoding.UTF8.GetBytes(
            $"{Head(server, headers)}{account}{again}{BeforeAmount}{random.Next(SmallestAmount, LargestAmount + 1)}{Rest}");
    }
}
