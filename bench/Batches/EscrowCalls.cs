using System.Text;
using Quittance.Bench.Books;

namespace Quittance.Bench.Batches;

/// <summary>Midnight calls of many payments each, every one by another customer, held in escrow.</summary>
internal static class EscrowCalls
{
    private const int Different = 50;

    /// <summary>Calls rendered beforehand; the first of them together name every customer once, if there are not too many.</summary>
    public static IReadOnlyList<byte[]> Render(Uri server, BenchMerchant merchant, int customers, int payments)
    {
        var random = new Random(customers);
        var calls = Math.Max(Different, (customers + payments - 1) / payments);
        var numbers = Enumerable.Range(1, customers).ToArray();
        random.Shuffle(numbers);
        return [.. Enumerable.Range(0, calls).Select(call => Render(
            server, merchant, Enumerable.Range(call * payments, payments).Select(index => Record(numbers[index % customers], random))))];
    }

    private static byte[] Render(Uri server, BenchMerchant merchant, IEnumerable<string> records)
    {
        var body = $"[{string.Join(',', records)}]";
        return Encoding.UTF8.GetBytes(string.Join("\r\n",
        [
            "POST /v1/Generic/CustomerPaymentInsert HTTP/1.1", $"Host: {server.Authority}", .. merchant.Headers,
            "Content-Type: application/json", $"Content-Length: {body.Length}", "", body,
        ]));
    }

    private static string Record(int customer, Random random)
    {
        var amount = $"{random.Next(10, 100)}.50";
        return $$"""{"CustomerId":{{customer}},"AmountBilled":{{amount}},"CustomerPaymentDetailList":"""
            + $$"""[{"PaymentLabel":"Escrow","AmountBilled":{{amount}}}]}""";
    }
}
