using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Billing;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Instruments;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Storage.Debits;
using Quittance.Storage.Reading;
using Quittance.Tests.Engine;
using Quittance.Tests.Running;

namespace Quittance.Tests.Debits;

/// <summary>Debits that wait at the merchant's bank, without a server.</summary>
internal sealed class WaitingDebits(OwnBooks books, PaymentEngine engine, IVault vault, MerchantId merchant)
{
    public const string Iban = "DE02120300000000202051";

    private Origin Origin => new(merchant, 0, Business.NewId());

    /// <summary>A new customer's fee is asked for by a debit. Returns the capture, which waits for a collection.</summary>
    public async Task<Attempt> AddAsync(long amountMinor)
    {
        var (account, instrument) = (new AccountId(merchant, Business.NewId()), new InstrumentId(merchant, Business.NewId()));
        var (name, fee) = (Named("account", account.Value), Named("charge", Business.NewId()));
        var (target, secret) = (AccountTarget.Named(name), new IbanAccount(Core.Instruments.Iban.Parse(Iban), null, "Ada Nkemelu"));
        await DoAsync(new OpenAccount(Origin, account, [name], Business.Euro, "Ada Nkemelu"));
        var mandate = new Mandate($"M-{Business.NewId():N}", MandateScheme.Sepa, new DateOnly(2026, 1, 5), MandateStatus.Active);
        await DoAsync(new RegisterInstrument(
            Origin, target, instrument, Named("instrument", instrument.Value), PaymentMethod.BankAccountDebit, secret.Masked)
        {
            Holding = new Holding(
                new Vaulted("bank", secret.Shown, mandate), await vault.SealAsync(instrument, secret, CancellationToken.None)),
        });
        await DoAsync(new RaiseCharge(
            Origin, target, new ChargeId(merchant, Business.NewId()), new Money(amountMinor, Business.Euro), new DateOnly(2026, 1, 1))
        {
            Reference = fee,
        });
        var begun = await DoAsync(new RecordPayment(Origin, target, new PaymentId(merchant, Business.NewId()), Reference.House)
        {
            Amount = new Money(amountMinor, Business.Euro),
            Instrument = Named("instrument", instrument.Value),
            ChargesInstrument = true,
            Parts = [Part.Charge(fee, amountMinor)],
        });
        var authorised = await DoAsync(new TakeAnswer(Origin, begun.Attempt!, ProviderAnswer.Approved));
        await DoAsync(new TakeAnswer(Origin, authorised.Attempt!, ProviderAnswer.Pending));
        return (await new Attempts(books.Database).FindAsync(authorised.Attempt!.Id, CancellationToken.None))!;
    }

    /// <summary>Builds a collection of debits with a file that says nothing.</summary>
    public async Task<CollectionId> CollectAsync(params IReadOnlyList<Attempt> captures)
    {
        var waiting = await new Collections(books.Database).WaitingAsync(merchant, null, 100, CancellationToken.None);
        return await CollectAsync(
            CollectionKind.Debits, [.. waiting.Where(debit => captures.Any(capture => capture.Id == debit.Attempt.Id))]);
    }

    /// <summary>A debit is collected and given back, by a collection with a file that says nothing. Returns the refund.</summary>
    public async Task<AttemptId> GiveBackAsync(Attempt capture)
    {
        await DoAsync(new TakeAnswer(Origin, capture, ProviderAnswer.Approved));
        var refunded = await DoAsync(new RefundPayment(
            Origin, capture.Target, capture.Payment, new RefundId(merchant, Business.NewId()), Reference.House));
        var waiting = await new Collections(books.Database).WaitingRefundsAsync(merchant, null, 100, CancellationToken.None);
        await CollectAsync(CollectionKind.Transfers, [.. waiting.Where(refund => refund.Attempt.Id == refunded.Attempt!.Id)]);
        return refunded.Attempt!.Id;
    }

    private async Task<CollectionId> CollectAsync(CollectionKind kind, IReadOnlyList<WaitingDebit> all)
    {
        var id = new CollectionId(merchant, Business.NewId());
        await DoAsync(new OpenCollection(
            Origin, id, kind, Business.Euro, DebitScheme.Core, new DateOnly(2026, 12, 1), CreditorIdentifier.Parse(Studio.Creditor)));
        foreach (var waiting in all)
            await DoAsync(new TakeDebit(Origin, waiting.Attempt, waiting.Instrument!.Value, id, waiting.Former));
        var hash = await new CollectionFiles(books.Database, vault).KeepAsync(
            id, async file => await file.WriteAsync("debits"u8.ToArray(), CancellationToken.None), CancellationToken.None);
        await DoAsync(new BuildCollection(Origin, id, all.Count, all.Sum(waiting => waiting.Attempt.Amount.AmountMinor), hash));
        return id;
    }

    private Reference Named(string kind, Guid id) => new(merchant, Reference.House, kind, $"{id}");

    private Task<Outcome> DoAsync(Command command) => engine.DoAsync(command);
}
