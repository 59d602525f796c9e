using System.Net;
using System.Text;
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
                Assert.Equal([HttpStatusCode.Created, HttpStatusCode.Conflict], answers.Select(answer => answer.Status).Order());
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
