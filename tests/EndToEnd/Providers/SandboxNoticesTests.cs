using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Quittance.Core.Providers;
using Quittance.Core.Webhooks;
using Quittance.Providers;
using Quittance.Providers.Notices;
using Quittance.Providers.Sandbox;
using Quittance.Sandbox;

namespace Quittance.Tests.Providers;

/// <summary>The notices of a real sandbox, checked and read as they arrive.</summary>
public sealed class SandboxNoticesTests : IAsyncLifetime
{
    // Amounts that make the sandbox forge a notice, and report a settlement that is a cent short.
    private const long Forged = 666_05;
    private const long SettledShort = 666_06;

    private readonly string _key = SigningKey.New();
    private readonly ConcurrentQueue<(NoticeCheck Check, ProviderNotice? Notice)> _taken = [];
    private readonly SandboxUnderTest _under = new();
    private readonly HttpClient _operator = new();
    private SandboxServer _sandbox = null!;
    private WebApplication _server = null!;
    private SandboxProvider _client = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _sandbox = await SandboxServer.StartAsync(new SandboxOptions { LateBy = TimeSpan.FromMilliseconds(50) });
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(async context =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, Cancel);
            var headers = context.Request.Headers;
            var check = NoticeSignature.Check(
                [SigningKey.New(), _key], headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"],
                body.ToArray(), TimeProvider.System.GetUtcNow());
            _taken.Enqueue((check, SandboxNotice.TryParse(body.ToArray())));
        });
        await _server.StartAsync(Cancel);

        var account = _under.AccountAt(_sandbox.Address);
        _client = new SandboxProvider(
            account, new ProviderOptions { NoticeAddress = (_, _) => new Uri(_server.Urls.Single()) }, TimeProvider.System, _under.Log);
        _operator.BaseAddress = _sandbox.Address;
        _operator.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", account.ApiKey);
        using var set = await _operator.PutAsJsonAsync("v1/notice-key", new { key = _key }, Cancel);
        set.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _operator.Dispose();
        await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task WhatHappensToMoney_IsReported_AndRead()
    {
        var authorised = await CapturedAsync(SettledShort);
        var settled = await TakenAsync<SettlementReported>();
        Assert.Equal((authorised.Id.Value, SettledShort - 1), (settled.Authorisation, settled.Amount.AmountMinor));

        await PostAsync("v1/disputes",
            new { id = "D-1", authorisation = authorised.Id.Value, kind = "chargeback", amount_minor = 12_50, fee_minor = 3_00 });
        var opened = await TakenAsync<DisputeOpened>();
        Assert.Equal(
            ("D-1", DisputeKind.Chargeback, authorised.Id.Value, 12_50, 3_00),
            (opened.Dispute, opened.Kind, opened.Authorisation, opened.Amount.AmountMinor, opened.Fee.AmountMinor));

        await PostAsync("v1/disputes/D-1/won", new { });
        Assert.Equal("D-1", (await TakenAsync<DisputeWon>()).Dispute);
        Assert.All(_taken, taken => Assert.Equal(NoticeCheck.Valid, taken.Check));
    }

    [Fact]
    public async Task ChangeOfARequest_IsReported_AndRead()
    {
        var request = _under.Authorising(instrument: SandboxUnderTest.CardOf("4000000000003220"));
        Assert.Equal(Verdict.Pending, (await _client.AuthoriseAsync(request, Cancel)).Verdict);

        await PostAsync($"v1/authorisations/{request.Id.Value}/confirm", new { approve = false });

        var changed = await TakenAsync<RequestChanged>(notice => notice.Verdict == Verdict.Declined);
        Assert.Equal(
            (request.Id.Value, Verb.Authorise, DeclineReason.NotConfirmed, request.Amount),
            (changed.Request, changed.Verb, changed.Reason, changed.Amount));
    }

    [Fact]
    public async Task ForgedNotice_IsWrong()
    {
        await CapturedAsync(Forged);

        await WaitAsync(() => _taken.Any(taken => taken.Check == NoticeCheck.Wrong));
    }

    private async Task<ProviderRequest> CapturedAsync(long amountMinor)
    {
        var authorised = _under.Authorising(amountMinor);
        Assert.Equal(Verdict.Approved, (await _client.AuthoriseAsync(authorised, Cancel)).Verdict);
        Assert.Equal(Verdict.Approved, (await _client.CaptureAsync(_under.Following(authorised), Cancel)).Verdict);
        return authorised;
    }

    private async Task PostAsync<T>(string path, T body)
    {
        using var answer = await _operator.PostAsJsonAsync(path, body, Cancel);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<T> TakenAsync<T>(Func<T, bool>? which = null)
        where T : ProviderNotice
    {
        T? found = null;
        await WaitAsync(() => (found = _taken.Select(taken => taken.Notice).OfType<T>().FirstOrDefault(which ?? (_ => true))) is not null);
        return found!;
    }

    private static async Task WaitAsync(Func<bool> isTrue)
    {
        for (var turn = 0; !isTrue(); turn++)
        {
            Assert.True(turn < 500, "It did not come within ten seconds.");
            await Task.Delay(20, Cancel);
        }
    }
}
