using System.Globalization;
using System.Text.Json;
using Quittance.Sandbox.Books;
using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Http;

/// <summary>The HTTP interface.</summary>
internal sealed class SandboxRoutes(SandboxBooks books, NoticeSender notices, Answering answering)
{
    private const int MostAtOnce = 1000;

    public void Map(WebApplication app)
    {
        app.Use(AnswerFaultsAsync);
        app.UseRouting();
        app.MapPost("/v1/authorisations", Asking((account, fields) => books.Authorise(account, AuthoriseRequestOf(fields))));
        app.MapPost("/v1/captures", Asking((account, fields) => books.Capture(
            account, new CaptureRequest(
                fields.Id("id"), fields.Id("authorisation"), fields.Minor("amount_minor"), fields.Currency("currency")))));
        app.MapPost("/v1/voids", Asking((account, fields) => books.Void(
            account, new VoidRequest(fields.Id("id"), fields.Id("authorisation")))));
        app.MapPost("/v1/refunds", Asking((account, fields) => books.Refund(
            account, new RefundRequest(
                fields.Id("id"), fields.Id("authorisation"), fields.Minor("amount_minor"), fields.Currency("currency")))));
        app.MapGet("/v1/requests/{id:guid}", context => AnswerAsync(context, books.Find(Face.AccountOf(context), IdIn(context))));
        app.MapPost("/v1/authorisations/{id:guid}/confirm", async context =>
            await AnswerAsync(
                context, books.Confirm(Face.AccountOf(context), IdIn(context), (await Fields.ReadAsync(context.Request)).Flag("approve"))));
        app.MapPut("/v1/notice-key", SetNoticeKeyAsync);
        app.MapPost("/v1/disputes", OpenDisputeAsync);
        app.MapPost("/v1/disputes/{id}/won", context => EndDisputeAsync(context, won: true));
        app.MapPost("/v1/disputes/{id}/lost", context => EndDisputeAsync(context, won: false));
        app.MapGet("/v1/books", ShowBooksAsync);
        app.MapGet("/v1/changes", ShowChangesAsync);
        app.MapGet("/v1/confirm/{id:guid}", ShowConfirmationAsync);
        app.MapPost("/v1/confirm/{id:guid}", ConfirmOnPageAsync);
        app.MapFallback(_ => throw HttpFault.NotFound("This path"));
    }

    private static AuthoriseRequest AuthoriseRequestOf(Fields fields)
    {
        // Accepted, as a bank would, and not kept.
        fields.OptionalText("mandate");
        return new AuthoriseRequest(
            fields.Id("id"), fields.Minor("amount_minor"), fields.Currency("currency"), fields.Instrument("instrument"))
        {
            NoticeUrl = fields.Address("notice_url"),
            ReturnUrl = fields.Address("return_url"),
            Payment = fields.OptionalText("payment"),
            Customer = fields.OptionalText("customer"),
        };
    }

    private static Guid IdIn(HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!);

    private static async Task AnswerFaultsAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (HttpFault fault)
        {
            await WriteErrorAsync(context, fault.Status, fault.Code, fault.Message);
        }
        catch (BadHttpRequestException failure)
        {
            await WriteErrorAsync(context, failure.StatusCode, failure.StatusCode == 413 ? "too_large" : "malformed", failure.Message);
        }
    }

    private static Task WriteErrorAsync(HttpContext context, int status, string code, string message) =>
        WriteAsync(context, new { Error = new { Code = code, Message = message } }, status);

    private static Task WriteAsync<T>(HttpContext context, T answer, int status = 200)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(answer, Json.Full, context.RequestAborted);
    }

    private static HttpFault FaultOf(ReplyFault fault) => fault switch
    {
        ReplyFault.IdTaken => new HttpFault(StatusCodes.Status409Conflict, "id_taken", "This id was used for something else."),
        ReplyFault.NotFound => HttpFault.NotFound("What is named"),
        ReplyFault.NotPossible =>
            new HttpFault(StatusCodes.Status409Conflict, "not_possible", "The state of the books does not allow this."),
    };

    private static object Shown(HttpContext context, Reply reply)
    {
        var request = reply.Request!;
        return new
        {
            request.Id,
            request.Reference,
            request.Verb,
            request.Authorisation,
            request.State,
            request.Reason,
            request.AmountMinor,
            request.Currency,
            RedirectTo = reply.ConfirmPath is { } path ? $"{context.Request.Scheme}://{context.Request.Host}{path}" : null,
        };
    }

    private RequestDelegate Asking(Func<string, Fields, Reply> ask) => async context =>
    {
        var account = Face.AccountOf(context);
        var reply = ask(account, await Fields.ReadAsync(context.Request));
        await AnswerAsync(context, reply);
    };

    /// <summary>Answers in the manner that the books say.</summary>
    private async Task AnswerAsync(HttpContext context, Reply reply)
    {
        notices.Wake();
        if (reply.Fault is { } fault)
            throw FaultOf(fault);
        if (reply.NoticeFirst is { } notice)
            await notices.SendAsync(notice);
        if (reply.Manner == AnswerManner.Unavailable)
            await WriteErrorAsync(context, StatusCodes.Status503ServiceUnavailable, "unavailable", "Try again.");
        else
            await answering.ActAsync(context, reply.Manner, StatusCodes.Status200OK, Bytes(context, reply));
    }

    private static byte[] Bytes(HttpContext context, Reply reply) =>
        reply.Request is null ? [] : JsonSerializer.SerializeToUtf8Bytes(Shown(context, reply), Json.Full);

    private async Task SetNoticeKeyAsync(HttpContext context)
    {
        const string Prefix = "whsec_";
        var account = Face.AccountOf(context);
        var text = (await Fields.ReadAsync(context.Request)).Text("key");
        var key = new byte[text.Length];
        if (!text.StartsWith(Prefix, StringComparison.Ordinal) || !Convert.TryFromBase64String(text[Prefix.Length..], key, out var length)
            || length == 0)
        {
            throw HttpFault.Malformed("key", "must be whsec_ and base64");
        }

        books.SetNoticeKey(account, key[..length]);
        notices.Wake();
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task OpenDisputeAsync(HttpContext context)
    {
        var account = Face.AccountOf(context);
        var fields = await Fields.ReadAsync(context.Request);
        await AnswerDisputeAsync(context, books.OpenDispute(account, new DisputeRequest(
            fields.Name("id"), fields.Id("authorisation"), fields.Choice<DisputeKind>("kind"), fields.OptionalMinor("amount_minor", 1),
            fields.OptionalMinor("fee_minor", 0))));
    }

    private Task EndDisputeAsync(HttpContext context, bool won) =>
        AnswerDisputeAsync(context, books.EndDispute(Face.AccountOf(context), (string)context.GetRouteValue("id")!, won));

    private Task AnswerDisputeAsync(HttpContext context, DisputeReply reply)
    {
        notices.Wake();
        return reply.Dispute is { } dispute ? WriteAsync(context, dispute) : throw FaultOf(reply.Fault!.Value);
    }

    private Task ShowBooksAsync(HttpContext context)
    {
        var account = Face.AccountOf(context);
        var limit = 100;
        if (context.Request.Query["limit"] is [var limitText] && (!int.TryParse(limitText, out limit) || limit is < 1 or > MostAtOnce))
            throw HttpFault.Malformed("limit", $"must be from 1 to {MostAtOnce}");
        Guid? after = context.Request.Query["after"] is not [var afterText] ? null
            : Guid.TryParse(afterText, out var id) ? id : throw HttpFault.Malformed("after", "must be the id of an authorisation");
        var page = books.Page(account, after, limit) ?? throw HttpFault.Malformed("after", "must be the id of an authorisation");
        return WriteAsync(context, new
        {
            page.Totals,
            Authorisations = page.Authorisations.Select(authorisation => new
            {
                authorisation.Id,
                authorisation.Currency,
                authorisation.Instrument,
                authorisation.Amounts.AuthorisedMinor,
                authorisation.Amounts.CapturedMinor,
                authorisation.Amounts.RefundedMinor,
                authorisation.Amounts.VoidedMinor,
                authorisation.Amounts.ReversedMinor,
                authorisation.Amounts.DisputedMinor,
                authorisation.Amounts.FeesMinor,
            }),
            page.Next,
        });
    }

    private Task ShowChangesAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var since = Moment("since") ?? throw HttpFault.Malformed("since", "is missing");
        var from = 0;
        if (query["from"] is [var text] && (!int.TryParse(text, out from) || from < 0))
            throw HttpFault.Malformed("from", "must be what the page before said");
        var page = books.Changes(Face.AccountOf(context), since, Moment("until") ?? DateTimeOffset.MaxValue, from, limit: 100);
        return WriteAsync(context, new
        {
            Changes = page.Changes.Select(change => new
            {
                change.At,
                Request = change.Request is null ? null : new
                {
                    change.Request.Id,
                    change.Request.Reference,
                    change.Request.Verb,
                    change.Request.Authorisation,
                    change.Request.State,
                    change.Request.Reason,
                    change.Request.AmountMinor,
                    change.Request.Currency,
                    change.Request.Payment,
                    change.Request.Customer,
                    change.IsVoid,
                },
                change.Dispute,
            }),
            page.Next,
        });

        DateTimeOffset? Moment(string name)
        {
            if (query[name] is not [var text])
                return null;
            return DateTimeOffset.TryParse(
                text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment)
                ? moment : throw HttpFault.Malformed(name, "must be a moment, such as 2026-01-02T03:04:05Z");
        }
    }

    private (string Account, BookedAuthorisation Authorisation, RequestState State) Confirmable(HttpContext context) =>
        books.FindToConfirm(IdIn(context), context.Request.Query["token"].ToString()) ?? throw HttpFault.NotFound("This page");

    private Task ShowConfirmationAsync(HttpContext context)
    {
        var (_, authorisation, state) = Confirmable(context);
        return ConfirmationPage.WriteAsync(context, authorisation, state);
    }

    private async Task ConfirmOnPageAsync(HttpContext context)
    {
        var (account, authorisation, _) = Confirmable(context);
        var approve = (await context.Request.ReadFormAsync(context.RequestAborted))["approve"] == "true";
        books.Confirm(account, authorisation.Id, approve);
        notices.Wake();
        var (_, _, state) = Confirmable(context);
        if (authorisation.ReturnUrl is not { } back)
        {
            await ConfirmationPage.WriteAsync(context, authorisation, state);
            return;
        }

        var address = new UriBuilder(back);
        var said = $"authorisation={authorisation.Id}&state={(state == RequestState.Approved ? "approved" : "declined")}";
        address.Query = address.Query is { Length: > 1 } query ? $"{query}&{said}" : said;
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address.Uri.AbsoluteUri;
    }
}
