using System.Globalization;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Random filters over random payments find exactly what a filter in memory finds in what the API shows.</summary>
public sealed class PaymentFilterTests(BooksFixture books)
{
    private static readonly string[] Methods =
    [
        "{}", """{"@type":"Cash"}""", """{"@type":"cash","name":"Till, left"}""", """{"@type":"Check","isPreferred":true}""",
        """{"id":"pm-1","@type":"PaymentMethodRef","@referredType":"TokenizedCard"}""",
            """{"@referredType":"BankCard","description":"a \"b\""}""",
    ];

    private static readonly string[] Totals =
    [
        "{}", """{"unit":"USD","value":10}""", """{"unit":"USD","value":10.01}""", """{"unit":"JPY","value":10}""",
            """{"unit":"JPY","value":11}""",
        """{"unit":"KWD","value":10.001}""", """{"unit":"KWD","value":9.999}""",
    ];

    private static readonly string[] More =
    [
        "", ""","description":"Mars" """, ""","description":"Venus, twice","authorizationCode":"A91" """, ""","authorizationCode":"A91" """,
        ""","payer":{"id":"P-1","name":"R. Osei","role":"customer","@referredType":"Individual"} """,
        ""","paymentItem":[{"id":"1","item":{"id":"INV-1","@referredType":"CustomerBill"}},{"id":"2","item":"""
            + """{"id":"INV-2","@referredType":"CustomerBill"}}] """,
    ];

    private static readonly string[] Operators = ["", ".eq", ".gt", ".gte", ".lt", ".lte"];

    private static string CurrencyOf(string total) => total == "{}" ? "none" : total[9..12];

    [Fact]
    public async Task Filters_FindWhatAFilterInMemoryFinds()
    {
        var http = await Telco.OpenAsync(books);
        foreach (var (index, choice) in Gen.Choose(0, 100_000).ArrayOf(3).Sample(40).Index())
        {
            var correlator = index % 3 == 0 ? $",\"correlatorId\":\"c-{index}\"" : "";
            // An account has one currency.
            var total = Totals[choice[1] % Totals.Length];
            await http.PayAsync($"A-{choice[0] % 3}-{index / 20}-{CurrencyOf(total)}", Methods[choice[0] % Methods.Length], total,
                More[choice[2] % More.Length] + correlator);
        }

        var all = (await http.ListAsync()).Body.EnumerateArray().Select(Shown.Of).ToList();
        var leaves = all.SelectMany(payment => payment.Leaves).ToList();
        var filters =
            from picks in Gen.Choose(0, leaves.Count - 1).ArrayOf(4)
            from comparison in Gen.Choose(0, Operators.Length - 1)
            from nudge in Gen.Choose(-2, 2)
            from alternatives in Gen.Choose(1, 2)
            select Filter.Of(leaves, picks[..alternatives], Operators[comparison], nudge);
        var found = 0;

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(150),
            Prop.ForAll(filters.ArrayOf(2).Zip(Gen.Choose(1, 25)).ToArbitrary(), async asked =>
            {
                var (both, limit) = asked;
                // Of a parameter that comes twice, either value will do.
                var chosen = both.DistinctBy(filter => filter.Name).ToList();
                var expected = all.Where(payment => chosen.TrueForAll(filter => filter.Passes(payment))).Select(payment => payment.Id)
                    .ToList();
                var query = "?" + string.Join('&', chosen.Select(filter => filter.Query));
                List<string> listed = [];
                for (var next = $"{Telco.Payments}{query}&limit={limit}"; next is not null;)
                {
                    var page = await http.ListAsync("", next);
                    Assert.Equal((query, expected.Count.ToString(CultureInfo.InvariantCulture)), (query, page.Headers["X-Total-Count"]));
                    listed.AddRange(page.Ids());
                    next = page.Next();
                }

                Assert.Equal([query, .. expected], [query, .. listed]);
                found += listed.Count;
            }));

        Assert.NotEqual(0, found);
    }

    /// <summary>A payment as it is shown: what stands at each path.</summary>
    private sealed record Shown(string Id, IReadOnlyList<Leaf> Leaves)
    {
        public static Shown Of(JsonElement payment) => new(payment.GetProperty("id").GetString()!, [.. LeavesOf(payment, "")]);

        private static IEnumerable<Leaf> LeavesOf(JsonElement value, string path) => value.ValueKind switch
        {
            JsonValueKind.Object => value.EnumerateObject()
                .SelectMany(member => LeavesOf(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}")),
            JsonValueKind.Array => value.EnumerateArray().SelectMany(item => LeavesOf(item, path)),
            _ => [new Leaf(
                path, value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
                value.ValueKind == JsonValueKind.Number, path.EndsWith("Date", StringComparison.Ordinal),
                value.ValueKind is JsonValueKind.True or JsonValueKind.False)],
        };
    }

    private sealed record Leaf(string Path, string Text, bool IsNumber, bool IsDate, bool IsBoolean);

    private sealed record Filter(string Path, string Operator, IReadOnlyList<string> Values, bool IsNumber, bool IsDate)
    {
        public string Name => Path + (Operator == ".eq" ? "" : Operator);

        public string Query => $"{Path}{Operator}={string.Join(',', Values.Select(value => Uri.EscapeDataString($"\"{value}\"")))}";

        /// <summary>A filter by what some payment shows, or by something close to it.</summary>
        public static Filter Of(List<Leaf> leaves, int[] picks, string comparison, int nudge)
        {
            var first = leaves[picks[0]];
            var alike = picks.Select(pick => leaves[pick]).Where(leaf => leaf.Path == first.Path).Select(leaf => leaf.Text);
            if (first.IsNumber)
            {
                alike = alike.Select(
                    text => (decimal.Parse(text, CultureInfo.InvariantCulture) + (nudge * 0.0005m)).ToString(CultureInfo.InvariantCulture));
            }
            else if (first.IsDate)
            {
                alike = alike.Select(
                    text => DateOf(text).AddTicks(nudge * TimeSpan.TicksPerMillisecond / 2)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
            }
            else if (nudge == 2 && !first.IsBoolean)
            {
                alike = alike.Select(text => text + "x");
            }

            return new Filter(first.Path, first.IsNumber || first.IsDate ? comparison : "", [.. alike], first.IsNumber, first.IsDate);
        }

        public bool Passes(Shown payment) =>
            payment.Leaves.Where(leaf => leaf.Path == Path).Any(leaf => Values.Any(value => Passes(leaf.Text, value)));

        private bool Passes(string shown, string value)
        {
            if (!IsNumber && !IsDate)
                return shown == value;
            var order = IsNumber
                ? decimal.Parse(shown, CultureInfo.InvariantCulture).CompareTo(decimal.Parse(value, CultureInfo.InvariantCulture))
                : DateOf(shown).CompareTo(DateOf(value));
            return Operator switch { ".gt" => order > 0, ".gte" => order >= 0, ".lt" => order < 0, ".lte" => order <= 0, _ => order == 0 };
        }

        private static DateTimeOffset DateOf(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
    }
}
