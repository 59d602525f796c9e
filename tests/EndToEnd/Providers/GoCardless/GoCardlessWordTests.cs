using System.Text.Json.Nodes;
using Quittance.Core.Providers;
using Quittance.Tests.Running;

namespace Quittance.Tests.Providers;

/// <summary>What GoCardless says in words that are not known here moves no money.</summary>
public sealed class GoCardlessWordTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("payments", "a_word_of_next_year")]
    [InlineData("refunds", "a_word_of_next_year")]
    public async Task Status_ThatIsNotKnown_IsNoAnswer_AndIsTakenOverByNothing(string resource, string word)
    {
        var studio = await GoCardlessStudio.OpenAsync(books);
        var merchant = studio.Visits.Studio.Merchant;
        var (_, payment, name) = await studio.BookedAsync(20_00);
        await studio.UntilPaymentIsAsync(payment, "captured");
        var wire = await BadWire.ToAsync(new Uri(books.Sandbox, "gocardless/"));
        await studio.ConnectAsync(wire.Address);
        wire.Fault = Fault.Changed(word, body => Changed(body, resource, word));
        // The server may ask at the former address for some seconds.
        await NoticePost.UntilAsync(async () => (await ListAsync(studio)).Count > 0 && wire.Requests > 0);
        await studio.DoAsync("refunds", new JsonObject
        {
            ["refunds"] = new JsonObject
            {
                ["amount"] = 3_00,
                ["total_amount_confirmation"] = 3_00,
                ["links"] = new JsonObject { ["payment"] = name },
            },
        });

        await NoticePost.UntilAsync(async () =>
        {
            var verdicts = (await ListAsync(studio)).Where(one => (one.Verb == Verb.Refund) == (resource == "refunds"))
                .Select(one => one.Answer.Verdict).ToList();
            return verdicts.Count > 0 && verdicts.TrueForAll(verdict => verdict == Verdict.Unknown);
        });
        if (resource == "payments")
            return;
        await NoticePost.UntilAsync(async () => await books.ScalarAsync(
            "SELECT outcome FROM notice WHERE merchant_id = $1 AND body ->> 'name' LIKE 'refunds/%'", merchant.Value) is "early");
        Assert.Equal(0L, await books.ScalarAsync(
            "SELECT refunded_minor FROM payment WHERE merchant_id = $1 AND id = $2", merchant.Value, payment));
    }

    private static async Task<List<ListedRequest>> ListAsync(GoCardlessStudio studio)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (provider, page) = (await studio.ProviderAsync(), (string?)null);
        List<ListedRequest> listed = [];
        do
        {
            var records = await provider.ListAsync(now.AddMinutes(-20), now.AddMinutes(1), page, Cancel);
            listed.AddRange(records!.Requests);
            page = records.Next;
        }
        while (page is not null);
        return listed;
    }

    private static string Changed(string body, string resource, string word)
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        foreach (var holder in (JsonObject?[])[answer, answer["linked"] as JsonObject])
        {
            if (holder?[resource] is JsonObject one && one.ContainsKey("status"))
                one["status"] = word;
            foreach (var item in holder?[resource] as JsonArray ?? [])
            {
                if (item is JsonObject listed && listed.ContainsKey("status"))
                    listed["status"] = word;
            }
        }

        return answer.ToJsonString();
    }
}
