using System.Globalization;
using System.Text.Json;
using Quittance.Core.Webhooks;
using Quittance.Storage.Webhooks;

namespace Quittance.Host.Webhooks;

/// <inheritdoc/>
internal sealed class TestWebhook(WebhookSender sender, WebhookSecrets secrets, TimeProvider clock) : ITestWebhook
{
    /// <inheritdoc/>
    public async Task<TestAnswer> SendAsync(Subscription to, Guid id, CancellationToken cancel)
    {
        var message = $"msg_test_{id:N}";
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = message,
            type = "test",
            test = true,
            at = clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            webhook = to.Id.Value,
            note = "This is a test. Nothing happened in the books.",
        });
        var signing = await secrets.ToSignAsync(to.Id.Merchant, to.Credential, cancel);
        var result = await sender.SendAsync(to.Address, message, signing, body, cancel, keepsAnswer: true);
        return new TestAnswer(result.Failure, result.Status, result.Text);
    }
}
