using System.Net;
using System.Text;
using Quittance.BackOffice.Acts;
using Quittance.Core.Acts;
using Quittance.Core.Engine;
using Quittance.Storage;
using Quittance.Tests.Running;

namespace Quittance.Tests;

/// <summary>Every route that writes honours Idempotency-Key, whichever dialect it belongs to.</summary>
public sealed class WritingRoutesTests(BooksFixture books)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Routes_ThatWrite_AreAllSampled() =>
        Assert.Equal(books.WritingRoutes.Select(WritingRoutes.PathOf).Order(StringComparer.Ordinal),
            WritingRoutes.Samples.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public async Task Requests_WithOneKeyAtTheSameTime_AreBookedOnceAndAnsweredAlike()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var key = WritingRoutes.NewKey();

            var answers =
                await Task.WhenAll(SendAsync(path, sample, sample.Body("8"), key), SendAsync(path, sample, sample.Body("8"), key));

            if (sample.AnswersOnce)
            {
                Assert.Single(answers, answer => (int)answer.Status is 200 or 201);
                Assert.Single(answers, answer => answer.Status == HttpStatusCode.Conflict);
                Assert.Equal((path, 1), (path, await sample.BroughtAsync(books)));
                continue;
            }

            Assert.All(answers, answer => Assert.True((int)answer.Status is 200 or 201, $"{path}: {answer.Status} {answer.Body}"));
            Assert.Equal((path, answers[0].Body), (path, answers[1].Body));
            Assert.Equal((path, answers[0].Status), (path, answers[1].Status));
            Assert.Single(answers, answer => answer.Replayed);
            Assert.Equal((path, 1), (path, await sample.BroughtAsync(books)));
        }
    }

    [Fact]
    public async Task Answers_OfEveryRoute_AreNotStored_AndAreWhatTheySay()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            foreach (var isKnown in new[] { true, false })
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sample.Path ?? path, UriKind.Relative))
                {
                    Content = new StringContent("{", Encoding.UTF8, "application/json"),
                };
                foreach (var (name, value) in isKnown ? sample.Headers : [])
                    request.Headers.TryAddWithoutValidation(name, value);
                using var answer = await books.Client.SendAsync(request, Cancel);
                Assert.Equal((path, true), (path, answer.Headers.CacheControl?.NoStore ?? false));
                Assert.Equal((path, "nosniff"), (path, answer.Headers.GetValues("X-Content-Type-Options").Single()));
            }
        }
    }

    [Fact]
    public async Task Key_WithAnotherBody_IsRefused()
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var key = WritingRoutes.NewKey();
            await SendAsync(path, sample, sample.Body("8"), key);

            var reused = await SendAsync(path, sample, sample.Body("9"), key);

            Assert.Equal((path, HttpStatusCode.Conflict, false), (path, reused.Status, reused.Replayed));
            Assert.Equal((path, 1), (path, await sample.BroughtAsync(books)));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task Key_OfAnImpossibleLength_IsRefused(int length)
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);

            var refused = await SendAsync(path, sample, sample.Body("8"), new string('k', length));

            Assert.Equal((path, HttpStatusCode.BadRequest), (path, refused.Status));
            Assert.Equal((path, 0), (path, await sample.BroughtAsync(books)));
        }
    }

    /// <summary>A character is a code point of Unicode, of which UTF-16 needs two units for an emoji, and UTF-8 four bytes.</summary>
    [Theory]
    [InlineData(255, true)]
    [InlineData(256, false)]
    public async Task KeyOfEmoji_IsAsLongAsItsCharacters(int length, bool isTaken)
    {
        foreach (var path in books.WritingRoutes.Select(WritingRoutes.PathOf))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var signs = WritingRoutes.NewKey().PadRight(length, 'k');
            var key = string.Concat(signs.Select(sign => char.ConvertFromUtf32(0x1F600 + sign - '-')));

            var (status, _, _) = await SendAsync(path, sample, sample.Body("8"), key);

            Assert.Equal((path, isTaken), (path, status is HttpStatusCode.OK or HttpStatusCode.Created));
            Assert.Equal((path, isTaken ? 1 : 0), (path, await sample.BroughtAsync(books)));
        }
    }

    /// <summary>A server died after an act and before its key was kept: the sender saw no answer, and is told that it is done.</summary>
    [Fact]
    public async Task Act_WhoseKeyWasNotKept_IsDoneOnce_AndSentAgainSaysSo()
    {
        foreach (var path in MerchantActs.Offered.Select(act => $"/api/v1/{act.Operation!.Path}"))
        {
            var sample = await WritingRoutes.Samples[path](books);
            var key = WritingRoutes.NewKey();
            await SendAsync(path, sample, sample.Body("8"), key);
            Assert.NotNull(await books.ScalarAsync("DELETE FROM kept_answer WHERE key = $1 AND scope LIKE 'act %' RETURNING 1", key));

            var again = await SendAsync(path, sample, sample.Body("8"), key);

            Assert.Equal((path, sample.AnswersOnce ? HttpStatusCode.Conflict : HttpStatusCode.OK), (path, again.Status));
            Assert.Equal((path, 1), (path, await sample.BroughtAsync(books)));
        }
    }

    /// <summary>An act holds a connection while it uses others: many at once leave enough of the fewest that a server has.</summary>
    [Fact]
    public async Task Acts_OfManySendersAtOnce_AreAllDone()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        var merchant = await own.MerchantAsync();
        await using var database = Database.Open($"{own.ConnectionString};Maximum Pool Size=12;Timeout=2");
        var keys = new ActKeys(database, TimeProvider.System);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(number => keys.OnceAsync(
            new KeyUse(new RequestKey(merchant, "test", $"{number}", 0), new byte[32]),
            async () =>
            {
                await using var another = await database.OpenConnectionAsync(Cancel);
                return ActResult.Done("done");
            },
            Cancel)));

        Assert.All(answers, answer => Assert.Equal((KeyState.New, true), (answer.State, answer.Result!.IsDone)));
    }

    private async Task<(HttpStatusCode Status, string Body, bool Replayed)> SendAsync(
        string path, WritingSample sample, string body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(sample.Path ?? path, UriKind.Relative))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in sample.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var answer = await books.Client.SendAsync(request, Cancel);
        var replayed = answer.Headers.TryGetValues("Idempotency-Replayed", out var values) && values.Single() == "true";
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel), replayed);
    }
}
