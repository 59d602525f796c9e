using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Approvals;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Debits;
using Quittance.Core.Disputes;
using Quittance.Core.Dues;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Ledger;
using Quittance.Core.Overdue;
using Quittance.Core.Payments;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Core.Sessions;
using Quittance.Core.Settlements;

namespace Quittance.Storage.Rows;

/// <summary>A transfer of an event, with the ids of its ledger accounts.</summary>
internal readonly record struct TransferLine(Event Event, int Line, Transfer Transfer, Guid Debit, Guid Credit);

/// <summary>The amounts to add to the totals of one ledger account, minor units.</summary>
internal readonly record struct BalanceChange(LedgerAccount Account, Guid Id, long DebitsMinor, long CreditsMinor);

/// <summary>The tables that the engine writes, and those that are read like them.</summary>
internal static class Tables
{
    /// <summary>
    /// The name of a charge for people, of a row named x: its document's number, else its reference, else its own number.
    /// </summary>
    public const string ChargeName = "coalesce(x.document, x.reference, x.number::text)";

    public static readonly Table<Account> Account = new Table<Account>("account", account => account.Id.Merchant)
        .Seals(1)
        .Id("id", account => account.Id.Value).Key()
        .Small("slot", account => account.Slot)
        .Long("number", account => account.Number)
        .Text("currency", account => account.Currency.Code)
        .Id("salt", account => account.Salt).Unsealed()
        // These are empty for an account that was never closed and never dunned.
        .Word("status", account => account.IsClosed ? account.Status : (AccountStatus?)null).Changes()
        .Long("events", account => account.Events == 1 ? null : account.Events).Changes()
        .Id("merged_into_id", account => account.MergedInto?.Value).Changes()
        .Joins("account_holder", "account_id", "id", "name")
        .Reads(cells => new Account(
            new AccountId(cells.Merchant, cells.Guid()), cells.Small(), cells.Long(), cells.Currency(), null)
        {
            Salt = cells.Guid(),
            Status = cells.WordOrNone<AccountStatus>() ?? AccountStatus.Open,
            Events = (int)(cells.LongOrNone() ?? 1),
            MergedInto = cells.IdOrNone((merchant, id) => new AccountId(merchant, id)),
            Name = cells.TextOrNone(),
        });

    /// <summary>The names of accounts, apart so that they can be erased.</summary>
    public static readonly Table<Account> AccountHolder = new Table<Account>("account_holder", account => account.Id.Merchant)
        .Seals(2).SaltedBy("account_id", account => account.Id)
        .Id("account_id", account => account.Id.Value).Key()
        .Text("name", account => account.Name).Personal();

    /// <summary>The contacts of accounts, apart so that payments never read them and they can be erased.</summary>
    public static readonly Table<AccountContact> AccountContact =
        new Table<AccountContact>("account_contact", contact => contact.Id.Merchant)
            .Seals(27).SaltedBy("account_id", contact => contact.Id)
            .Id("account_id", contact => contact.Id.Value).Key()
            .Text("email", contact => contact.Contact.Email).Changes().Personal()
            .Text("phone", contact => contact.Contact.Phone).Changes().Personal()
            .Text("line1", contact => contact.Contact.Address?.Line1).Changes().Personal()
            .Text("line2", contact => contact.Contact.Address?.Line2).Changes().Personal()
            .Text("postal_code", contact => contact.Contact.Address?.PostalCode).Changes().Personal()
            .Text("city", contact => contact.Contact.Address?.City).Changes().Personal()
            .Text("region", contact => contact.Contact.Address?.Region).Changes().Personal()
            .Text("country", contact => contact.Contact.Address?.Country).Changes().Personal()
            .Text("language", contact => contact.Contact.Language).Changes().Personal()
            .Reads(ContactOf);

    public static readonly Table<NameRow> Reference = new Table<NameRow>("reference", given => given.Reference.Merchant)
        .Seals(3)
        .Text("dialect", given => given.Reference.Dialect).Key().Sorted()
        .Text("kind", given => given.Reference.Kind).Key().Sorted()
        .Text("value", given => given.Reference.Value).Key().Sorted()
        .Id("account_id", given => given.NamedObject.Account.Value)
        .Small("slot", given => given.NamedObject.Slot)
        .Id("object_id", given => given.NamedObject.Object)
        .Reads(cells => new NameRow(
            new Reference(cells.Merchant, cells.Text(), cells.Text(), cells.Text()),
            new NamedObject(new AccountId(cells.Merchant, cells.Guid()), cells.Small(), cells.Guid())));

    public static readonly Table<Order> Order = new Table<Order>("customer_order", order => order.Id.Merchant)
        .Seals(4)
        .Id("id", order => order.Id.Value).Key()
        .Id("account_id", order => order.Account.Value)
        .Long("deposit_asked_minor", order => order.DepositAskedMinor).Changes()
        .Long("deposit_paid_minor", order => order.DepositPaidMinor).Changes()
        .Long("earmarked_minor", order => order.EarmarkedMinor).Changes()
        .Int("events", order => order.Events).Changes()
        .Reads(cells => new Order(
            new OrderId(cells.Merchant, cells.Guid()), new AccountId(cells.Merchant, cells.Guid()),
            cells.Long(), cells.Long(), cells.Long(), cells.Int()));

    public static readonly Table<Charge> Charge = new Table<Charge>("charge", charge => charge.Id.Merchant)
        .Seals(5).SaltedBy("account_id", charge => charge.Account)
        .Id("id", charge => charge.Id.Value).Key()
        .Id("account_id", charge => charge.Account.Value)
        .Id("order_id", charge => charge.Order?.Value)
        .Long("number", charge => charge.Number)
        .Text("label", charge => charge.Label)
        .Text("reference", charge => charge.Reference)
        .Text("document", charge => charge.Document).Changes()
        .Text("description", charge => charge.Description).Changes().Personal()
        .Day("due_on", charge => charge.DueOn).Changes()
        .Money("amount_minor", "currency", charge => charge.Amount)
        .Long("allocated_minor", charge => charge.AllocatedMinor).Changes()
        .Long("credited_minor", charge => charge.CreditedMinor).Changes()
        .Long("reference_number", charge => charge.ReferenceNumber)
        .Long("written_off_minor", charge => charge.WrittenOffMinor).Changes()
        .Int("events", charge => charge.Events).Changes()
        .Id("moved_from_id", charge => charge.MovedFrom?.Value)
        .Id("merged_from_id", charge => charge.MergedFrom?.Value)
        .Day("dunning_paused_until", charge => charge.DunningPausedUntil).Changes()
        .Reads(cells => new Charge(
            new ChargeId(cells.Merchant, cells.Guid()), new AccountId(cells.Merchant, cells.Guid()),
            cells.IdOrNone((merchant, id) => new OrderId(merchant, id)), cells.Long(), cells.Text(), cells.TextOrNone(), cells.TextOrNone(),
            cells.TextOrNone(), cells.Day(), cells.Money(), cells.Long(), cells.Long())
        {
            ReferenceNumber = cells.LongOrNone(),
            WrittenOffMinor = cells.Long(),
            Events = cells.Int(),
            MovedFrom = cells.IdOrNone((merchant, id) => new ChargeId(merchant, id)),
            MergedFrom = cells.IdOrNone((merchant, id) => new AccountId(merchant, id)),
            DunningPausedUntil = cells.DayOrNone(),
        });

    public static readonly Table<Instrument> Instrument = new Table<Instrument>("instrument", instrument => instrument.Id.Merchant)
        .Seals(6).SaltedBy("account_id", instrument => instrument.Account)
        .Id("id", instrument => instrument.Id.Value).Key()
        .Id("account_id", instrument => instrument.Account.Value)
        .Text("reference", instrument => instrument.Reference)
        .Word("method", instrument => instrument.Method)
        .Text("name", instrument => instrument.Name).Personal()
        .Word("standing", instrument => instrument.Standing).Changes()
        .Text("provider", instrument => instrument.Vaulted?.Provider)
        .Word("kind", instrument => instrument.Vaulted?.Shown.Kind)
        .Text("last_four", instrument => instrument.Vaulted?.Shown.LastFour)
        .Word("scheme", instrument => instrument.Vaulted?.Shown.Scheme)
        .Text("country", instrument => instrument.Vaulted?.Shown.Country).Personal()
        .Day("expires_on", instrument => instrument.Vaulted?.Shown.Expiry?.LastDay).Personal()
        .Text("holder", instrument => instrument.Vaulted?.Shown.Holder).Personal()
        .Joins("mandate", "instrument_id", "id", "reference", "scheme", "signed_on", "status", "first_used_on", "last_used_on", "source",
            "sequence", "former_reference", "former_creditor", "amended")
        .Reads(cells => new Instrument(
            new InstrumentId(cells.Merchant, cells.Guid()), new AccountId(cells.Merchant, cells.Guid()),
            cells.Text(), cells.Word<PaymentMethod>(), cells.TextOrNone())
        {
            Standing = cells.Word<InstrumentStanding>(),
            Vaulted = Vaulted(cells),
        });

    public static readonly Table<Instrument> Mandate = new Table<Instrument>("mandate", instrument => instrument.Id.Merchant)
        .Seals(7)
        .Id("instrument_id", instrument => instrument.Id.Value).Key()
        .Text("reference", instrument => instrument.Vaulted!.Mandate!.Reference).Changes()
        .Word("scheme", instrument => instrument.Vaulted!.Mandate!.Scheme)
        .Day("signed_on", instrument => instrument.Vaulted!.Mandate!.SignedOn)
        .Word("status", instrument => instrument.Vaulted!.Mandate!.Status).Changes()
        .Day("first_used_on", instrument => instrument.Vaulted!.Mandate!.FirstUsedOn).Changes()
        .Day("last_used_on", instrument => instrument.Vaulted!.Mandate!.LastUsedOn).Changes()
        .Word("source", instrument => instrument.Vaulted!.Mandate!.Source)
        .Word<DebitSequence>("sequence", instrument => instrument.Vaulted!.Mandate!.IsForOneDebit ? DebitSequence.OneOff : null)
        .Text("former_reference", instrument => instrument.Vaulted!.Mandate!.FormerReference).Changes()
        .Text("former_creditor", instrument => instrument.Vaulted!.Mandate!.FormerCreditor?.ToString()).Changes()
        .Int("amended", instrument => instrument.Vaulted!.Mandate!.Amended).Changes();

    public static readonly Table<VaultEntry> VaultEntry = new Table<VaultEntry>("vault_entry", entry => entry.Instrument.Merchant)
        .Id("instrument_id", entry => entry.Instrument.Value).Key()
        .Int("data_key_id", entry => entry.Sealed.DataKey)
        .Bytes("sealed", entry => entry.Sealed.Bytes)
        .Bytes("fingerprint", entry => entry.Sealed.Fingerprint)
        .Flag("is_once", entry => entry.IsOnce);

    public static readonly Table<BalanceChange> LedgerAccount =
        new Table<BalanceChange>("ledger_account", change => change.Account.Merchant)
            .Id("id", change => change.Id).Key()
            .Small("slot", change => change.Account.Slot)
            .Word("kind", change => change.Account.Kind)
            .Id("holder_id", change => change.Account.Holder)
            .Text("purpose", change => change.Account.Purpose)
            .Text("currency", change => change.Account.Currency.Code)
            .Long("debits_minor", change => change.DebitsMinor).Adds()
            .Long("credits_minor", change => change.CreditsMinor).Adds();

    public static readonly Table<TransferLine> Transfer = new Table<TransferLine>("transfer", line => line.Event.Origin.Merchant)
        .Seals(10)
        .Id("subject_id", line => line.Event.Subject).Key()
        .Int("sequence", line => line.Event.Sequence).Key()
        .Int("line", line => line.Line).Key()
        .Id("debit_id", line => line.Debit)
        .Id("credit_id", line => line.Credit)
        .Long("amount_minor", line => line.Transfer.AmountMinor)
        .Text("currency", line => line.Transfer.Debit.Currency.Code)
        .Id("charge_id", line => line.Transfer.Charge?.Value);

    public static readonly Table<Event> Event = new Table<Event>("event", happened => happened.Origin.Merchant)
        .Seals(9)
        .Id("subject_id", happened => happened.Subject).Key()
        .Int("sequence", happened => happened.Sequence).Key()
        .Word("type", happened => happened.Type)
        .Word("status", happened => happened.Status)
        .Time("occurred_at", happened => happened.At)
        .Long("credential_id", happened => happened.Origin.Credential)
        .Id("request_id", happened => happened.Origin.Request)
        .Day("booked_on", happened => happened.Time.BookedOn)
        .Day("effective_on", happened => happened.Time.EffectiveOn)
        .Id("client_trace", happened => happened.Origin.ClientTrace)
        .Word("reason", happened => happened.Reason)
        .Reads(cells => Happened(
            cells.Merchant, cells.Guid(), cells.Int(), cells.Word<EventType>(), cells.WordOrNone<PaymentStatus>(), cells.Time(),
            cells.Long(), cells.Guid(), cells.Day(), cells.Day(), cells.GuidOrNone()) with
        { Reason = cells.WordOrNone<DeclineReason>() });

    public static readonly Table<Payment> Payment = new Table<Payment>("payment", payment => payment.Id.Merchant)
        .Seals(8).SaltedBy("account_id", payment => payment.Account)
        .Id("id", payment => payment.Id.Value).Key()
        .Long("number", payment => payment.Number)
        .Id("account_id", payment => payment.Account.Value)
        .Text("dialect", payment => payment.Dialect)
        .Word("status", payment => payment.Status).Changes()
        .Money("amount_minor", "currency", payment => payment.Amount)
        .Long("allocated_minor", payment => payment.AllocatedMinor).Changes()
        .Word("method", payment => payment.Method)
        .Id("instrument_id", payment => payment.Instrument?.Value)
        .Json("details", payment => payment.Details).Personal()
        .Int("events", payment => payment.Events).Changes()
        .Time("status_at", payment => payment.StatusAt).Changes()
        .Long("reversed_minor", payment => payment.ReversedMinor).Changes()
        .Long("refunded_minor", payment => payment.RefundedMinor).Changes()
        .Id("moved_from_id", payment => payment.MovedFrom?.Value)
        .Id("merged_from_id", payment => payment.MergedFrom?.Value)
        .Reads(cells => new Payment(
            new PaymentId(cells.Merchant, cells.Guid()), cells.Long(), new AccountId(cells.Merchant, cells.Guid()), cells.Text(),
            cells.Word<PaymentStatus>(), cells.MoneyOrNone(), cells.Long(), cells.Word<PaymentMethod>(),
            cells.IdOrNone((merchant, id) => new InstrumentId(merchant, id)), cells.TextOrNone(), cells.Int(), cells.Time())
        {
            ReversedMinor = cells.Long(),
            RefundedMinor = cells.Long(),
            MovedFrom = cells.IdOrNone((merchant, id) => new PaymentId(merchant, id)),
            MergedFrom = cells.IdOrNone((merchant, id) => new AccountId(merchant, id)),
        });

    public static readonly Table<Attempt> Attempt = new Table<Attempt>("attempt", attempt => attempt.Id.Merchant)
        .Seals(11).SaltedBy("account_id", attempt => attempt.Account)
        .Id("id", attempt => attempt.Id.Value).Key()
        .Id("payment_id", attempt => attempt.Payment.Value)
        .Id("account_id", attempt => attempt.Account.Value)
        .Small("slot", attempt => attempt.Slot)
        .Text("provider", attempt => attempt.Provider)
        .Word("verb", attempt => attempt.Verb)
        .Money("amount_minor", "currency", attempt => attempt.Amount)
        .Time("opened_at", attempt => attempt.OpenedAt)
        .Id("authorisation_id", attempt => attempt.Authorisation?.Value)
        .Id("instrument_id", attempt => attempt.Instrument?.Value)
        .Text("mandate", attempt => attempt.Mandate)
        .Flag("captures_at_once", attempt => attempt.CapturesAtOnce)
        .Word("remainder", attempt => attempt.Remainder)
        .Word("status", attempt => attempt.Status).Changes()
        .Word("reason", attempt => attempt.Reason).Changes()
        .Text("note", attempt => attempt.Note).Changes().Personal()
        .Int("unanswered", attempt => attempt.Unanswered).Changes()
        .Int("events", attempt => attempt.Events).Changes()
        .Time("due_at", attempt => attempt.DueAt).Changes()
        .Text("redirect_to", attempt => attempt.RedirectTo).Changes().Personal()
        .Text("return_to", attempt => attempt.ReturnTo).Personal()
        .Flag("is_judged", attempt => attempt.IsJudged).Changes()
        .Text("provider_reference", attempt => attempt.ProviderReference).Changes()
        .Time("unsent_at", attempt => attempt.UnsentAt).Changes()
        .Reads(cells => new Attempt(
            new AttemptId(cells.Merchant, cells.Guid()), new PaymentId(cells.Merchant, cells.Guid()),
            new AccountId(cells.Merchant, cells.Guid()),
            cells.Small(), cells.Text(), cells.Word<Verb>(), cells.Money(), cells.Time())
        {
            Authorisation = cells.IdOrNone((merchant, id) => new AttemptId(merchant, id)),
            Instrument = cells.IdOrNone((merchant, id) => new InstrumentId(merchant, id)),
            Mandate = cells.TextOrNone(),
            CapturesAtOnce = cells.Flag(),
            Remainder = cells.Word<Remainder>(),
            Status = cells.Word<AttemptStatus>(),
            Reason = cells.WordOrNone<DeclineReason>(),
            Note = cells.TextOrNone(),
            Unanswered = cells.Int(),
            Events = cells.Int(),
            DueAt = cells.TimeOrNone(),
            RedirectTo = cells.TextOrNone(),
            ReturnTo = cells.TextOrNone(),
            IsJudged = cells.Flag(),
            ProviderReference = cells.TextOrNone(),
            UnsentAt = cells.TimeOrNone(),
        });

    /// <summary>Claims, which are live until their payment is no longer under way.</summary>
    public static readonly Table<Claim> Claim = new Table<Claim>("claim", claim => claim.Payment.Merchant)
        .Seals(12)
        .Id("payment_id", claim => claim.Payment.Value).Key()
        .Int("line", claim => claim.Line).Key()
        .Id("charge_id", claim => claim.Charge.Value)
        .Long("amount_minor", claim => claim.AmountMinor)
        .Flag("is_live", claim => claim.IsLive).Changes()
        .Reads(cells => new Claim(
            new PaymentId(cells.Merchant, cells.Guid()), cells.Int(), new ChargeId(cells.Merchant, cells.Guid()), cells.Long())
        {
            IsLive = cells.Flag(),
        });

    public static readonly Table<Dispute> Dispute = new Table<Dispute>("dispute", dispute => dispute.Id.Merchant)
        .Seals(13)
        .Id("id", dispute => dispute.Id.Value).Key()
        .Id("payment_id", dispute => dispute.Payment.Value)
        .Text("provider", dispute => dispute.Provider)
        .Text("reference", dispute => dispute.Reference)
        .Word("kind", dispute => dispute.Kind)
        .Word("status", dispute => dispute.Status).Changes()
        .Long("amount_minor", dispute => dispute.AmountMinor)
        .Long("fee_minor", dispute => dispute.FeeMinor).Changes()
        .Long("reversed_minor", dispute => dispute.ReversedMinor).Changes()
        .Time("opened_at", dispute => dispute.OpenedAt)
        .Word("reason", dispute => dispute.Reason)
        .Reads(cells => new Dispute(
            new DisputeId(cells.Merchant, cells.Guid()), new PaymentId(cells.Merchant, cells.Guid()), cells.Text(), cells.Text(),
            cells.Word<DisputeKind>(), cells.Word<DisputeStatus>(), cells.Long(), cells.Long(), cells.Long(), cells.Time())
        {
            Reason = cells.WordOrNone<DeclineReason>(),
        });

    public static readonly Table<Refund> Refund = new Table<Refund>("refund", refund => refund.Id.Merchant)
        .Seals(17).SaltedBy("account_id", refund => refund.Account)
        .Id("id", refund => refund.Id.Value).Key()
        .Long("number", refund => refund.Number)
        .Id("payment_id", refund => refund.Payment?.Value)
        .Id("account_id", refund => refund.Account.Value)
        .Text("dialect", refund => refund.Dialect)
        .Long("amount_minor", refund => refund.Amount?.AmountMinor).Changes()
        .Text("currency", refund => refund.Amount?.Currency.Code)
        .Word("status", refund => refund.Status).Changes()
        .Id("attempt_id", refund => refund.Attempt?.Value)
        .Json("details", refund => refund.Details).Personal()
        .Int("events", refund => refund.Events).Changes()
        .Time("status_at", refund => refund.StatusAt).Changes()
        .Int("taken_by", refund => refund.TakenBy).Changes()
        .Id("share_of", refund => refund.ShareOf?.Value)
        .Reads(cells => new Refund(
            new RefundId(cells.Merchant, cells.Guid()), cells.Long(), cells.IdOrNone((merchant, id) => new PaymentId(merchant, id)),
            new AccountId(cells.Merchant, cells.Guid()), cells.Text(), cells.MoneyOrNone(), cells.Word<RefundStatus>(),
            cells.IdOrNone((merchant, id) => new AttemptId(merchant, id)), cells.TextOrNone(), cells.Int(), cells.Time())
        {
            TakenBy = cells.Int(),
            ShareOf = cells.IdOrNone((merchant, id) => new RefundId(merchant, id)),
        });

    public static readonly Table<Session> Session = new Table<Session>("session", session => session.Id.Merchant)
        .Seals(14).SaltedBy("account_id", session => session.Account)
        .Id("id", session => session.Id.Value).Key()
        .Id("account_id", session => session.Account.Value)
        .Small("slot", session => session.Slot)
        .Long("installation_id", session => session.Installation)
        .Word("scope", session => session.Scope)
        .Money("amount_minor", "currency", session => session.Amount)
        .Text("reference_text", session => session.ReferenceText).Personal()
        .Texts("choices", session => session.Choices.Select(Words.Of))
        .Time("expires_at", session => session.ExpiresAt)
        .Flag("requires_signature", session => session.RequiresSignature)
        .Flag("shows_instruments", session => session.ShowsInstruments)
        .Word("status", session => session.Status).Changes()
        .Id("payment_id", session => session.Payment?.Value).Changes()
        .Id("instrument_id", session => session.Instrument?.Value).Changes()
        .Text("page_provider", session => session.Page?.Provider).Changes()
        .Text("page_reference", session => session.Page?.Reference).Changes()
        .Text("autopay_language", session => session.AutopayLanguage).Changes()
        .Int("events", session => session.Events).Changes()
        .Reads(cells => new Session(
            new SessionId(cells.Merchant, cells.Guid()), new AccountId(cells.Merchant, cells.Guid()), cells.Small(), cells.Long(),
            cells.Word<SessionScope>(), cells.Money(), cells.Text(), [.. cells.Texts().Select(Words.To<PaymentChoice>)], cells.Time())
        {
            RequiresSignature = cells.Flag(),
            ShowsInstruments = cells.Flag(),
            Status = cells.Word<SessionStatus>(),
            Payment = cells.IdOrNone((merchant, id) => new PaymentId(merchant, id)),
            Instrument = cells.IdOrNone((merchant, id) => new InstrumentId(merchant, id)),
            Page = PageOf(cells.TextOrNone(), cells.TextOrNone()),
            AutopayLanguage = cells.TextOrNone(),
            Events = cells.Int(),
        });

    public static readonly Table<PaymentLink> PaymentLink = new Table<PaymentLink>("payment_link", link => link.Id.Merchant)
        .Seals(31).SaltedBy("account_id", link => link.Account)
        .Id("id", link => link.Id.Value).Key()
        .Id("account_id", link => link.Account.Value)
        .Small("slot", link => link.Slot)
        .Long("installation_id", link => link.Installation)
        .Money("amount_minor", "currency", link => link.Amount)
        .Texts("charges", link => link.Charges.Select(charge => charge.Value.ToString("D")))
        .Text("text", link => link.Text).Personal()
        .Time("ends_at", link => link.EndsAt)
        .Word("opens", link => link.Opens)
        .Word("status", link => link.Status).Changes()
        .Id("session_id", link => link.Session?.Value).Changes()
        .Int("events", link => link.Events).Changes()
        .Reads(cells => new PaymentLink(
            new PaymentLinkId(cells.Merchant, cells.Guid()), new AccountId(cells.Merchant, cells.Guid()), cells.Small(), cells.Long(),
            cells.Money(), [.. cells.Texts().Select(charge => new ChargeId(cells.Merchant, Guid.Parse(charge)))], cells.Text(),
            cells.Time())
        {
            Opens = cells.Word<LinkOpening>(),
            Status = cells.Word<LinkStatus>(),
            Session = cells.IdOrNone((merchant, id) => new SessionId(merchant, id)),
            Events = cells.Int(),
        });

    public static readonly Table<Departure> Departure = new Table<Departure>("departure", departure => departure.Id.Merchant)
        .Seals(15)
        .Id("id", departure => departure.Id.Value).Key()
        .Int("seats", departure => departure.Seats).Changes()
        .Int("taken", departure => departure.Taken).Changes()
        .Reads(cells => new Departure(new DepartureId(cells.Merchant, cells.Guid()), cells.Int(), cells.Int()));

    public static readonly Table<Booking> Booking = new Table<Booking>("booking", booking => booking.Id.Merchant)
        .Seals(16)
        .Id("id", booking => booking.Id.Value).Key()
        .Id("departure_id", booking => booking.Departure.Value)
        .Id("account_id", booking => booking.Account.Value)
        .Id("charge_id", booking => booking.Charge.Value)
        .Id("owner_id", booking => booking.Owner)
        .Money("price_minor", "currency", booking => booking.Price)
        .Time("held_until", booking => booking.HeldUntil)
        .Id("trip_id", booking => booking.Trip)
        .Flag("has_bicycle", booking => booking.HasBicycle)
        .Flag("has_dog", booking => booking.HasDog)
        .Word("status", booking => booking.Status).Changes()
        .Id("payment_id", booking => booking.Payment?.Value).Changes()
        .Int("tries", booking => booking.Tries).Changes()
        .Int("events", booking => booking.Events).Changes()
        .Joins("account_holder", "account_id", "account_id", "name")
        .Reads(cells => new Booking(
            new BookingId(cells.Merchant, cells.Guid()), new DepartureId(cells.Merchant, cells.Guid()),
            new AccountId(cells.Merchant, cells.Guid()),
            new ChargeId(cells.Merchant, cells.Guid()), cells.Guid(), cells.Money(), cells.Time())
        {
            Trip = cells.Guid(),
            HasBicycle = cells.Flag(),
            HasDog = cells.Flag(),
            Status = cells.Word<BookingStatus>(),
            Payment = cells.IdOrNone((merchant, id) => new PaymentId(merchant, id)),
            Tries = cells.Int(),
            Events = cells.Int(),
            Passenger = cells.TextOrNone(),
        });

    /// <summary>Statements are read only: they are written whole when they are imported.</summary>
    public static readonly Table<Statement> Statement = new Table<Statement>("statement", statement => statement.Id.Merchant)
        .Id("id", statement => statement.Id.Value).Key()
        .Word("source", statement => statement.Source)
        .Text("account", statement => statement.Account)
        .Text("reference", statement => statement.Reference)
        .Text("currency", statement => statement.Currency.Code)
        .Long("opening_minor", statement => statement.OpeningMinor)
        .Long("closing_minor", statement => statement.ClosingMinor)
        .Int("lines", statement => statement.Lines)
        .Text("file_name", statement => statement.FileName)
        .Time("imported_at", statement => statement.ImportedAt)
        .Time("undone_at", statement => statement.UndoneAt)
        .Reads(cells => new Statement(
            new StatementId(cells.Merchant, cells.Guid()), cells.Word<StatementSource>(), cells.Text(), cells.TextOrNone(),
            cells.Currency(), cells.LongOrNone(), cells.LongOrNone(), cells.Int(), cells.Text(), cells.Time())
        {
            UndoneAt = cells.TimeOrNone(),
        });

    public static readonly Table<SettlementLine> SettlementLine = new Table<SettlementLine>("settlement_line", line => line.Id.Merchant)
        .Seals(18).SaltedBy(line => line.Salt)
        .Id("id", line => line.Id.Value).Key()
        .Id("statement_id", line => line.Statement.Value)
        .Int("number", line => line.Number)
        .Word("source", line => line.Source)
        .Text("account", line => line.Account)
        .Word("kind", line => line.Kind)
        .Day("booked_on", line => line.BookedOn)
        .Money("amount_minor", "currency", line => line.Amount)
        .Long("fee_minor", line => line.FeeMinor)
        .Word("status", line => line.Status).Changes()
        .Int("events", line => line.Events).Changes()
        .Text("counterparty", line => line.Counterparty).Personal()
        .Text("remittance", line => line.Remittance).Personal()
        .Text("end_to_end", line => line.EndToEnd).Personal()
        .Bytes("counterparty_hash", line => line.CounterpartyHash).Personal()
        .Flag("is_referenced", line => line.IsReferenced)
        .Word("use", line => line.Use).Changes()
        .Id("payment_id", line => line.Payment?.Value).Changes()
        .Id("settles_id", line => line.Settles).Changes()
        .Text("note", line => line.Note).Changes().Unsealed()
        .Id("resembles_id", line => line.Resembles?.Value)
        .Id("salt", line => line.Salt).Unsealed()
        .Day("value_on", line => line.ValueOn)
        .Long("file_order", line => line.Place)
        .Reads(cells => new SettlementLine(
            new SettlementLineId(cells.Merchant, cells.Guid()), new StatementId(cells.Merchant, cells.Guid()), cells.Int(),
            cells.Word<StatementSource>(), cells.Text(), cells.Word<SettlementLineKind>(), cells.Day(), cells.Money(), cells.Long(),
            cells.Word<SettlementStatus>(), cells.Int())
        {
            Counterparty = cells.TextOrNone(),
            Remittance = cells.TextOrNone(),
            EndToEnd = cells.TextOrNone(),
            CounterpartyHash = cells.BytesOrNone(),
            IsReferenced = cells.Flag(),
            Use = cells.WordOrNone<SettlementUse>(),
            Payment = cells.IdOrNone((merchant, id) => new PaymentId(merchant, id)),
            Settles = cells.GuidOrNone(),
            Note = cells.TextOrNone(),
            Resembles = cells.IdOrNone((merchant, id) => new SettlementLineId(merchant, id)),
            Salt = cells.Guid(),
            ValueOn = cells.DayOrNone(),
            Place = cells.Long(),
        });

    public static readonly Table<ApprovalRequest> ApprovalRequest =
        new Table<ApprovalRequest>("approval_request", request => request.Id.Merchant)
            .Seals(25)
            .Id("id", request => request.Id.Value).Key()
            .Long("number", request => request.Number)
            .Id("account_id", request => request.Account.Value)
            .Small("slot", request => request.Slot)
            .Word("kind", request => request.Act.Kind)
            .Id("subject_id", request => request.Act.Subject)
            .Money("amount_minor", "currency", request => request.Act.Amount)
            .Json("parameters", request => request.Act.Parameters)
            .Int("subject_events", request => request.SubjectEvents)
            .Id("asked_by", request => request.AskedBy)
            .Time("expires_at", request => request.ExpiresAt)
            .Word("status", request => request.Status).Changes()
            .Id("decided_by", request => request.DecidedBy).Changes()
            .Id("result_id", request => request.Result).Changes()
            .Int("events", request => request.Events).Changes()
            .Time("asked_at", request => request.AskedAt)
            .Reads(cells => new ApprovalRequest(
                new ApprovalRequestId(cells.Merchant, cells.Guid()), cells.Long(), new AccountId(cells.Merchant, cells.Guid()),
                cells.Small(), new Act(cells.Word<ActKind>(), cells.Guid(), cells.Money()) { Parameters = cells.TextOrNone() },
                cells.Int(), cells.Guid(), cells.Time())
            {
                Status = cells.Word<ApprovalStatus>(),
                DecidedBy = cells.GuidOrNone(),
                Result = cells.GuidOrNone(),
                Events = cells.Int(),
                AskedAt = cells.Time(),
            });

    public static readonly Table<AccountDunning> Dunning = new Table<AccountDunning>("dunning", dunning => dunning.Account.Merchant)
        .Seals(40)
        .Id("account_id", dunning => dunning.Account.Value).Key()
        .Int("cycle", dunning => dunning.Cycle).Changes()
        .Small("level", dunning => dunning.Level).Changes()
        .Day("stepped_on", dunning => dunning.SteppedOn).Changes()
        .Flag("is_with_agency", dunning => dunning.IsWithAgency).Changes()
        .Flag("is_exempt", dunning => dunning.IsExempt).Changes()
        .Day("paused_until", dunning => dunning.PausedUntil).Changes()
        .Reads(cells => new AccountDunning(
            new AccountId(cells.Merchant, cells.Guid()), cells.Int(), cells.Small(), cells.DayOrNone())
        {
            IsWithAgency = cells.Flag(),
            IsExempt = cells.Flag(),
            PausedUntil = cells.DayOrNone(),
        });

    public static readonly Table<DunningStep> DunningStep = new Table<DunningStep>("dunning_step", step => step.Id.Account.Merchant)
        .Seals(41)
        .Id("account_id", step => step.Id.Account.Value).Key()
        .Int("cycle", step => step.Id.Cycle).Key()
        .Small("level", step => step.Id.Level).Key()
        .Int("sequence", step => step.Sequence)
        .Day("taken_on", step => step.TakenOn)
        .Day("oldest_due_on", step => step.OldestDueOn)
        .Money("amount_minor", "currency", step => step.Overdue)
        .Id("fee_id", step => step.Fee?.Value)
        .Flag("hands_over", step => step.HandsOver)
        .Reads(cells => new DunningStep(
            new DunningStepId(new AccountId(cells.Merchant, cells.Guid()), cells.Int(), cells.Small()), cells.Int(), cells.Day(),
            cells.Day(), cells.Money(), cells.IdOrNone((merchant, id) => new ChargeId(merchant, id)), cells.Flag()));

    public static readonly Table<PaymentRetry> PaymentRetry = new Table<PaymentRetry>("payment_retry", retry => retry.Payment.Merchant)
        .Seals(43)
        .Id("first_id", retry => retry.Id.First.Value).Key()
        .Small("nth", retry => retry.Id.Nth).Key()
        .Id("payment_id", retry => retry.Payment.Value)
        .Day("tried_on", retry => retry.TriedOn)
        .Reads(cells => new PaymentRetry(
            new PaymentRetryId(new PaymentId(cells.Merchant, cells.Guid()), cells.Small()), new PaymentId(cells.Merchant, cells.Guid()),
            cells.Day()));

    public static readonly Table<DueRun> DueRun = new Table<DueRun>("due_run", run => run.Id.Merchant)
        .Seals(62)
        .Id("id", run => run.Id.Value).Key()
        .Long("number", run => run.Number)
        .Day("until", run => run.Filter.Until)
        .Word("method", run => run.Filter.Way)
        .Text("dialect", run => run.Filter.Dialect)
        .Money("minimum_minor", "currency", run => run.Filter.Minimum)
        .Int("planned", run => run.Planned)
        .Word("status", run => run.Status).Changes()
        .Time("begun_at", run => run.BegunAt)
        .Int("events", run => run.Events).Changes()
        .Flag("needs_release", run => run.NeedsRelease)
        .Id("begun_by", run => run.BegunBy)
        .Day("month", run => run.Month)
        .Flag("autopay_only", run => run.Filter.IsAutopayOnly)
        .Reads(DueRunOf);

    public static readonly Table<Autopay> Autopay = new Table<Autopay>("autopay", autopay => autopay.Id.Account.Merchant)
        .Seals(33).SaltedBy("account_id", autopay => autopay.Id.Account)
        .Id("account_id", autopay => autopay.Id.Account.Value).Key()
        .Int("nth", autopay => autopay.Id.Nth).Key()
        .Id("instrument_id", autopay => autopay.Instrument?.Value)
        .Word("source", autopay => autopay.Source)
        .Text("text", autopay => autopay.Text).Personal()
        .Text("language", autopay => autopay.Language).Personal()
        .Time("given_at", autopay => autopay.GivenAt)
        .Time("withdrawn_at", autopay => autopay.EndedAt).Changes()
        .Word("withdrawn_by", autopay => autopay.EndedBy).Changes()
        .Reads(cells => new Autopay(
            new AutopayId(new AccountId(cells.Merchant, cells.Guid()), cells.Int()),
            cells.IdOrNone((merchant, id) => new InstrumentId(merchant, id)),
            cells.Word<AutopaySource>(), cells.TextOrNone(), cells.TextOrNone(), cells.Time())
        {
            EndedAt = cells.TimeOrNone(),
            EndedBy = cells.WordOrNone<AutopaySource>(),
        });

    public static readonly Table<DuePayment> DuePayment = new Table<DuePayment>("due_payment", asked => asked.Payment.Merchant)
        .Seals(63)
        .Id("run_id", asked => asked.Id.Run.Value).Key()
        .Id("charge_id", asked => asked.Id.Charge.Value).Key()
        .Id("payment_id", asked => asked.Payment.Value)
        .Reads(cells => new DuePayment(
            new DuePaymentId(new DueRunId(cells.Merchant, cells.Guid()), new ChargeId(cells.Merchant, cells.Guid())),
            new PaymentId(cells.Merchant, cells.Guid())));

    public static readonly Table<Collection> Collection = new Table<Collection>("collection", collection => collection.Id.Merchant)
        .Seals(52)
        .Id("id", collection => collection.Id.Value).Key()
        .Long("number", collection => collection.Number)
        .Word("kind", collection => collection.Kind)
        .Text("currency", collection => collection.Currency.Code)
        .Word("scheme", collection => collection.Scheme)
        .Day("due_on", collection => collection.DueOn)
        .Word("status", collection => collection.Status).Changes()
        .Int("count", collection => collection.Count).Changes()
        .Long("sum_minor", collection => collection.SumMinor).Changes()
        .Bytes("file_hash", collection => collection.FileHash).Changes()
        .Id("built_by", collection => collection.BuiltBy).Changes()
        .Int("handed_out", collection => collection.TimesHandedOut).Changes()
        .Int("events", collection => collection.Events).Changes()
        .Text("creditor", collection => collection.Creditor)
        .Id("opened_by", collection => collection.OpenedBy)
        .Time("unsent_at", collection => collection.UnsentAt).Changes()
        .Flag("is_lost", collection => collection.IsLost).Changes()
        .Bytes("account_hash", collection => collection.AccountHash)
        .Reads(cells => new Collection(
            new CollectionId(cells.Merchant, cells.Guid()), cells.Long(), cells.Word<CollectionKind>(), Currency.Parse(cells.Text()),
            cells.Word<DebitScheme>(), cells.Day(), cells.Word<CollectionStatus>(), Events: 0)
        {
            Count = cells.Int(),
            SumMinor = cells.Long(),
            FileHash = cells.BytesOrNone(),
            BuiltBy = cells.GuidOrNone(),
            TimesHandedOut = cells.Int(),
            Events = cells.Int(),
            Creditor = cells.Text(),
            OpenedBy = cells.GuidOrNone(),
            UnsentAt = cells.Time(),
            IsLost = cells.Flag(),
            AccountHash = cells.BytesOrNone(),
        });

    public static readonly Table<Debit> Debit = new Table<Debit>("debit", debit => debit.Id.Merchant)
        .Seals(53)
        .Id("id", debit => debit.Id.Value).Key()
        .Id("collection_id", debit => debit.Collection.Value).Changes()
        .Id("instrument_id", debit => debit.Instrument.Value).Changes()
        .Word("sequence", debit => debit.Sequence).Changes()
        .Flag("is_left_out", debit => debit.IsLeftOut).Changes()
        .Text("reason", debit => debit.Reason).Changes()
        .Reads(cells => new Debit(
            new AttemptId(cells.Merchant, cells.Guid()), new CollectionId(cells.Merchant, cells.Guid()),
            new InstrumentId(cells.Merchant, cells.Guid()), cells.WordOrNone<DebitSequence>())
        {
            IsLeftOut = cells.Flag(),
            Reason = cells.TextOrNone(),
        });

    public static readonly Table<DebitTerms> DebitTerms = new Table<DebitTerms>("debit_terms", terms => terms.Id.Merchant)
        .Seals(56)
        .Id("payment_id", terms => terms.Id.Subject).Key()
        .Int("sequence", terms => terms.Id.Sequence).Key()
        .Id("debit_id", terms => terms.Debit.Value)
        .Id("collection_id", terms => terms.Collection.Value)
        .Id("instrument_id", terms => terms.Instrument.Value)
        .Day("due_on", terms => terms.DueOn)
        .Text("mandate", terms => terms.Mandate)
        .Text("creditor", terms => terms.Creditor);

    public static readonly Table<KeptAnswer> KeptAnswer = new Table<KeptAnswer>("kept_answer", answer => answer.Key.Merchant)
        .Text("scope", answer => answer.Key.Scope).Key().Sorted()
        .Text("key", answer => answer.Key.Key).Key().Sorted()
        .Int("line", answer => answer.Key.Line).Key().Sorted()
        .Bytes("request_hash", answer => answer.RequestHash)
        .Id("subject_id", answer => answer.Subject)
        .Int("sequence", answer => answer.Sequence)
        .Text("faults", answer => FaultText.Write(answer.Faults))
        .Time("kept_until", answer => answer.Until)
        .Reads(cells => new KeptAnswer(
            new RequestKey(cells.Merchant, cells.Text(), cells.Text(), cells.Int()), cells.Bytes(), cells.Guid(), cells.Int(),
            FaultText.Read(cells.Text()), cells.TimeOrNone()));

    /// <summary>
    /// The rows that commands put, in the order in which they are written: first what two slots may want at once, so that a conflict is
    /// met early and never in a circle; then each table before those that refer to it.
    /// </summary>
    public static IReadOnlyList<ShelfTable> OnShelves { get; } =
    [
        ShelfTable.Of(KeptAnswer, Core.Engine.KeptAnswer.Shelf),
        ShelfTable.ById(Account, Core.Accounts.Account.Shelf).With(AccountHolder, account => account.Name is not null),
        ShelfTable.Of(AccountContact, Core.Accounts.AccountContact.Shelf)
            .Through(Core.Accounts.AccountContact.Shelf, AccountContact.By("t.account_id = k.id", "LIMIT 1")),
        ShelfTable.Of(Reference, NameRow.Shelf),
        ShelfTable.ById(Order, Core.Accounts.Order.Shelf),
        // Indexes: charge_of_order, charge_open, charge_merged_from.
        ShelfTable.ById(Charge, Core.Accounts.Charge.Shelf).By(Core.Accounts.Charge.OfOrder, "t.order_id = k.id")
            .By(Core.Accounts.Charge.OfAccount, "t.account_id = k.id AND t.is_open")
            .By(Core.Accounts.Charge.MergedOf, "t.merged_from_id = k.id"),
        // Index: instrument_current_once. An account never has two instruments of its own, not even between two rows.
        ShelfTable.ById(Instrument, Core.Instruments.Instrument.Shelf)
            .By(Core.Instruments.Instrument.OfAccount, "t.account_id = k.id AND t.standing = 'current'", "LIMIT 1")
            .With(Mandate, instrument => instrument.Vaulted?.Mandate is not null)
            .EndsFirst(instrument => instrument.Standing != InstrumentStanding.Current),
        ShelfTable.Of(VaultEntry, Core.Instruments.VaultEntry.Shelf),
        new UsedNumbers(),
        // Indexes: payment_of_account, payment_merged_from, dispute_of_payment.
        ShelfTable.ById(Payment, Core.Payments.Payment.Shelf)
            .By(Core.Payments.Payment.Unfinished, "t.account_id = k.id AND (t.has_credit OR t.amount_minor IS NOT NULL "
                + "AND t.status IN ('pending', 'unknown', 'authorised', 'settling'))")
            .By(Core.Payments.Payment.OfAccount, "t.account_id = k.id AND EXISTS (SELECT FROM dispute d "
                + "WHERE d.merchant_id = k.m AND d.payment_id = t.id AND d.status = 'open')")
            .By(Core.Payments.Payment.MergedOf, "t.merged_from_id = k.id AND t.has_credit"),
        ShelfTable.Of(Event, Core.Ledger.Event.Shelf),
        // Index: attempt_of_payment.
        ShelfTable.ById(Attempt, Core.Attempts.Attempt.Shelf).By(Core.Attempts.Attempt.OfPayment, "t.payment_id = k.id"),
        // Index: claim_live_once.
        ShelfTable.Of(Claim, Core.Attempts.Claim.Shelf).By(Core.Attempts.Claim.OnCharge, "t.charge_id = k.id AND t.is_live", "LIMIT 1"),
        // Index: dispute_of_payment.
        ShelfTable.ById(Dispute, Core.Disputes.Dispute.Shelf).By(Core.Disputes.Dispute.OfPayment, "t.payment_id = k.id"),
        // Index: session_to_expire, which holds the few that are open.
        ShelfTable.ById(Session, Core.Sessions.Session.Shelf)
            .By(Core.Sessions.Session.OpenOf, "t.account_id = k.id AND t.status = 'open'"),
        ShelfTable.ById(PaymentLink, Core.Sessions.PaymentLink.Shelf),
        ShelfTable.ById(Departure, Core.Bookings.Departure.Shelf),
        // Indexes: booking_of_payment; booking_to_expire, which holds the few seats that are held.
        ShelfTable.ById(Booking, Core.Bookings.Booking.Shelf).By(Core.Bookings.Booking.OfPayment, "t.payment_id = k.id", "LIMIT 1")
            .By(Core.Bookings.Booking.HeldOf, "t.account_id = k.id AND t.status = 'held'", "LIMIT 1"),
        // Index: refund_of_account.
        ShelfTable.ById(Refund, Core.Refunds.Refund.Shelf)
            .By(Core.Refunds.Refund.InTransit, "t.account_id = k.id AND t.status = 'pending' AND t.amount_minor IS NOT NULL"),
        // Indexes: settlement_line_of_payment, settlement_line_settles_once.
        ShelfTable.ById(SettlementLine, Core.Settlements.SettlementLine.Shelf)
            .By(Core.Settlements.SettlementLine.OfPayment, "t.payment_id = k.id")
            .By(Core.Settlements.SettlementLine.Settling, "t.settles_id = k.id", "LIMIT 1"),
        // Index: approval_request_waiting.
        ShelfTable.ById(ApprovalRequest, Core.Approvals.ApprovalRequest.Shelf)
            .By(Core.Approvals.ApprovalRequest.WaitingFor, "t.subject_id = k.id AND t.status = 'waiting'", "LIMIT 1"),
        ShelfTable.Of(Dunning, AccountDunning.Shelf).Through(AccountDunning.Shelf, Dunning.By("t.account_id = k.id", "LIMIT 1")),
        ShelfTable.Of(DunningStep, Core.Overdue.DunningStep.Shelf),
        ShelfTable.ById(Collection, Core.Debits.Collection.Shelf),
        ShelfTable.ById(Debit, Core.Debits.Debit.Shelf),
        ShelfTable.Of(DebitTerms, Core.Debits.DebitTerms.Shelf),
        ShelfTable.Of(PaymentRetry, Core.Overdue.PaymentRetry.Shelf).By(Core.Overdue.PaymentRetry.OfFirst, "t.first_id = k.id"),
        ShelfTable.ById(DueRun, Core.Dues.DueRun.Shelf),
        ShelfTable.Of(Autopay, Core.Instruments.Autopay.Shelf).By(Core.Instruments.Autopay.OfAccount, "t.account_id = k.id"),
        // Index: due_payment_of_charge.
        ShelfTable.Of(DuePayment, Core.Dues.DuePayment.Shelf).By(Core.Dues.DuePayment.OfCharge, "t.charge_id = k.id"),
    ];

    /// <summary>An event without its transfers, which stand in a table of their own.</summary>
    private static Event Happened(
        MerchantId merchant, Guid subject, int sequence, EventType type, PaymentStatus? status, DateTimeOffset at, long credential,
        Guid request, DateOnly bookedOn, DateOnly effectiveOn, Guid? clientTrace) => new(
        subject, sequence, type, status, new EventTime(at, bookedOn, effectiveOn),
        new Origin(merchant, credential, request) { ClientTrace = clientTrace }, []);

    private static DueRun DueRunOf(Cells cells)
    {
        var (id, number, filter) = (new DueRunId(cells.Merchant, cells.Guid()), cells.Long(), new DueFilter(cells.Day())
        {
            Way = cells.WordOrNone<DueWay>(),
            Dialect = cells.TextOrNone(),
            Minimum = cells.MoneyOrNone(),
        });
        var run = new DueRun(id, number, filter, cells.Int(), cells.Word<DueRunStatus>(), cells.Time(), cells.Int())
        {
            NeedsRelease = cells.Flag(),
            BegunBy = cells.GuidOrNone(),
            Month = cells.DayOrNone(),
        };
        return run with { Filter = filter with { IsAutopayOnly = cells.Flag() } };
    }

    private static AccountContact ContactOf(Cells cells)
    {
        var account = new AccountId(cells.Merchant, cells.Guid());
        var (email, phone, line1, line2) = (cells.TextOrNone(), cells.TextOrNone(), cells.TextOrNone(), cells.TextOrNone());
        var (code, city, region, country) = (cells.TextOrNone(), cells.TextOrNone(), cells.TextOrNone(), cells.TextOrNone());
        var address = city is null ? null : new PostalAddress(line1, line2, code, city, region, country!);
        return new AccountContact(account, new Contact(email, phone, address, cells.TextOrNone()));
    }

    /// <summary>A card's expiry is kept as its last day. The cells behind the provider are empty with it.</summary>
    private static SessionPage? PageOf(string? provider, string? reference) =>
        provider is null ? null : new SessionPage(provider, reference!);

    private static Vaulted? Vaulted(Cells cells)
    {
        if (cells.TextOrNone() is not { } provider)
            return null;
        var shown = new MaskedInstrument(cells.Word<InstrumentKind>(), cells.Text())
        {
            Scheme = cells.WordOrNone<CardScheme>(),
            Country = cells.TextOrNone(),
            Expiry = cells.DayOrNone() is { } day ? new CardExpiry(day.Month, day.Year) : null,
            Holder = cells.TextOrNone(),
        };
        return new Vaulted(provider, shown, cells.TextOrNone() is { } reference ? MandateOf(reference, cells) : null);
    }

    private static Mandate MandateOf(string reference, Cells cells) =>
        new(reference, cells.Word<MandateScheme>(), cells.Day(), cells.Word<MandateStatus>())
        {
            FirstUsedOn = cells.DayOrNone(),
            LastUsedOn = cells.DayOrNone(),
            Source = cells.WordOrNone<MandateSource>(),
            IsForOneDebit = cells.WordOrNone<DebitSequence>() == DebitSequence.OneOff,
            FormerReference = cells.TextOrNone(),
            FormerCreditor = cells.TextOrNone() is { } creditor ? CreditorIdentifier.Parse(creditor) : null,
            Amended = cells.Int(),
        };
}
