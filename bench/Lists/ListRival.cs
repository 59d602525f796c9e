using System.Text;
using Quittance.Bench.Contests;
using Quittance.Bench.Load;
using Quittance.Bench.Servers;

namespace Quittance.Bench.Lists;

/// <summary>One kind of request to the server of some books.</summary>
internal sealed class ListRival(ListKind kind, IListedBooks books, ServerProcess server) : IRival
{
    private const int Rendered = 2_000;
    private const int Pages = 1_000;
    private const int PagesTaken = 50;

    private IReadOnlyList<byte[]>? _requests;

    public string Name => $"{kind.Name} ({books.Size:N0})";

    public ListKind Kind => kind;

    public IListedBooks Books => books;

    public ServerProcess? Server => server;

    public async Task<LoadResult> RunAsync(int connections, TimeSpan time, CancellationToken cancel)
    {
        _requests ??= await RequestsAsync(cancel);
        var result = await SocketLoad.RunAsync(server.Address, _requests, connections, time, cancel);
        return result.Errors == 0 ? result : throw new BenchException($"{Name}: {result.Errors:N0} requests were refused.");
    }

    private async Task<IReadOnlyList<byte[]>> RequestsAsync(CancellationToken cancel)
    {
        var random = new Random(books.Size);
        using var connection = await SocketConnection.OpenAsync(server.Address, cancel);
        IReadOnlyList<byte[]> requests = kind.IsWalked
            ? await WalkAsync(connection, kind.Path(random), cancel)
            : [.. Enumerable.Range(0, Rendered).Select(_ => Get(kind.Path(random)))];
        foreach (var request in requests.Take(PagesTaken))
            await connection.ExchangeAsync(request, cancel);
        if (connection.Errors > 0 || books.IsEmpty(Encoding.UTF8.GetString(connection.Answer)))
            throw new BenchException($"{Name} finds nothing: {Encoding.UTF8.GetString(connection.Answer)}");
        return requests;
    }

    /// <summary>Follows <c>Link</c> from the first page on; the last pages.</summary>
    private async Task<IReadOnlyList<byte[]>> WalkAsync(SocketConnection connection, string first, CancellationToken cancel)
    {
        List<byte[]> pages = [Get(first)];
        while (pages.Count < Pages)
        {
            await connection.ExchangeAsync(pages[^1], cancel);
            var link = HeaderOf(connection, "Link") ?? throw new BenchException($"{Name} ends at page {pages.Count:N0}.");
            pages.Add(Get(new Uri(link[1..link.IndexOf('>', StringComparison.Ordinal)]).PathAndQuery));
        }

        return pages[^PagesTaken..];
    }

    private byte[] Get(string path) => Encoding.UTF8.GetBytes(
        string.Join("\r\n", [$"GET {path} HTTP/1.1", $"Host: {server.Address.Authority}", .. books.Merchant.Headers, "", ""]));

    private static string? HeaderOf(SocketConnection connection, string name)
    {
        var head = Encoding.UTF8.GetString(connection.Answer);
        var line = head.Split("\r\n").TakeWhile(line => line.Length > 0)
            .FirstOrDefault(line => line.StartsWith($"{name}: ", StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 2)..];
    }
}
