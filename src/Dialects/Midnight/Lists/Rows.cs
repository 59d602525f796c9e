using System.Globalization;
using Quittance.Core;
using Quittance.Core.Accounts;
using Quittance.Core.Payments;
using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight.Lists;

internal sealed record ChargeRow(OrderFigures Order, Charge Charge)
{
    public Money Balance => Charge.Amount with { AmountMinor = Charge.OpenMinor };

    public string Status => Charge.OpenMinor == Charge.Amount.AmountMinor ? "Open" : "Partial";

    public string Label => Charge.Label switch
    {
        MidnightNames.Services => nameof(PaymentLabel.Services),
        MidnightNames.Postage => nameof(PaymentLabel.Postage),
        var other => other,
    };
}

/// <summary>A customer's postage account: what the customer holds with the shop.</summary>
/// <param name="Customer">The customer's id with Midnight.</param>
/// <param name="Held">The money of the customer that no charge has taken.</param>
/// <param name="Available">The same less the postage that is due.</param>
internal sealed record PostageAccountRow(long Customer, Account Account, Money Held, Money Available);

/// <summary>A payment as the history shows it.</summary>
/// <param name="View">The payment.</param>
/// <param name="Day">The day of its last change of status, in the installation's time zone.</param>
/// <param name="At">The time of that, in that zone.</param>
/// <param name="OrderNumbers">The numbers of the orders whose charges it settles.</param>
internal sealed record PaymentRow(PaymentView View, DateOnly Day, DateTimeOffset At, IReadOnlyDictionary<Guid, string> OrderNumbers)
{
    /// <summary>How many rows the list has; null where the list has the count once.</summary>
    public long? TotalRecords { get; init; }

    public Payment Payment => View.Payment;

    public string Number => MidnightNames.PaymentNumber(Payment.Number);

    public string CustomerCode => Rows.TextOf(View.Account);

    public Money Amount => Payment.Amount ?? new Money(0, View.Account.Currency);

    public Money Free => Amount with { AmountMinor = 0 };

    public string Method => Payment.Method.ToString();

    public bool IsSuccessful => Payment.Status == PaymentStatus.Captured;

    public bool IsVoided => Payment.Status == PaymentStatus.Cancelled || (IsSuccessful && Payment.RefundableMinor == 0);

    public IReadOnlyList<PaidInvoiceRow> Paid => [.. View.Allocations.Select(allocation => new PaidInvoiceRow(
        allocation, allocation.Charge.Order is { } order ? OrderNumbers.GetValueOrDefault(order.Value) : null))];
}

/// <summary>The part of a charge that a payment settles.</summary>
internal sealed record PaidInvoiceRow(Allocation Allocation, string? OrderNumber);

/// <summary>The rows of Midnight's lists. Members of which the books know nothing are null.</summary>
internal static class Rows
{
    private static readonly Shape Time =
        Like("A time in the installation's time zone.", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$");

    private static readonly Shape Label = Text("What a charge is for: Services, Postage, or another label.");

    /// <summary>The shape of what the books do not know.</summary>
    public static readonly Shape Unknown = Text("Not known to the books: null.").OrNull();

    public static readonly Resource<OrderFigures> Order = new("CustomerOrder", "An order.")
    {
        { Required("JobID", Whole("Its id: `OrderId` of payment details.")), order => order.Id },
        { Required("JobNumber", Text("Its number: `OrderNumber` of payments.").OrNull()), order => order.Number },
        Required("JobName", Unknown),
        { Optional("CustomerID", Whole("The customer.")), order => order.Customer },
        { Required("TotalDue", Amount("What was charged.")), order => order.Total },
        { Required("BalanceDue", Amount("What is due.")), order => order.Due },
        { Required("ServicesDue", Amount("What is due for services: the most that a detail labelled Services may pay.")),
            order => order.ServicesDue },
        { Required("PostageDue", Amount("What is due for postage: the most that a detail labelled Postage may pay.")),
            order => order.PostageDue },
        { Required("EarmarkedDue", Amount("What is missing of the deposit: the most that a detail labelled Earmarked may pay.")),
            order => order.EarmarkedDue },
        Required("Quantity", Unknown),
        { Required("VersionCount", Whole("Always 1.")), _ => 1 },
        { Required("HasPostage", Flag("Whether it was charged postage.")), order => order.HasPostage },
        Required("Note", Unknown),
        { Required("InvoiceAmt", Amount("What was charged.")), order => order.Total },
        Required("Tax", Unknown),
        { Required("LineSubTotal", Amount("What was charged for services.")), order => order.Services },
        { Required("TotalAndTax", Amount("What was charged.")), order => order.Total },
        { Required("DueDate", Time.OrNull(), "The day the oldest open charge is due."), order => OrderFigures.TextOf(order.DueOn) },
        Required("BillToAddress", Unknown),
        Required("CloseDate", Unknown),
        { Required("HasExistingBalance", Flag("Whether something is due.")), order => order.Due.AmountMinor > 0 },
    };

    public static readonly Resource<ChargeRow> PostageCharge = new("OrderVersionPostage", "A charge for postage.")
    {
        { Required("VersionID", Whole("The order.")), row => row.Order.Id },
        { Required("OrderID", Whole("The order.")), row => row.Order.Id },
        { Required("OrderVersionDetailID", Whole("The charge's number.")), row => row.Charge.Number },
        Required("Suffix", Unknown),
        { Required("Type", Word("What it is for.", "Postage")), _ => nameof(PaymentLabel.Postage) },
        { Required("Name", Text("What it says.").OrNull()), row => row.Charge.Description },
        Required("Quantity", Unknown),
        Required("Rate", Unknown),
        { Required("Total", Amount("What was charged.")), row => row.Charge.Amount },
        { Required("Balance", Amount("What is due.")), row => row.Balance },
        Required("Filter Criteria", Unknown),
        Required("Order Version Details", Unknown),
    };

    public static readonly Resource<OrderFigures> PostageSummary = new("OrderVersionPostageSummary", "The postage of an order.")
    {
        { Required("OrderID", Whole("The order.")), order => order.Id },
        { Required("VersionID", Whole("The order.")), order => order.Id },
        Required("Suffix", Unknown),
        { Required("Name", Text("The order's number.").OrNull()), order => order.Number },
        Required("Quantity", Unknown),
        { Required("EstimatedPostageAmount", Amount("What was charged for postage.")), order => order.Postage },
        { Required("DueDate", Time.OrNull(), "The day the oldest open charge is due."), order => OrderFigures.TextOf(order.DueOn) },
        { Required("InvoiceAmt", Amount("What was charged.")), order => order.Total },
        { Required("TotalDue", Amount("What is due.")), order => order.Due },
        Required("BillToAddress", Unknown),
    };

    /// <summary>An order of ours has one version: itself.</summary>
    public static readonly Resource<OrderFigures> Version = new("OrderVersion", "The version of an order: itself.")
    {
        { Required("VersionID", Whole("The order.")), order => order.Id },
        { Required("OrderID", Whole("The order.")), order => order.Id },
        Required("Suffix", Unknown),
        Required("Quantity", Unknown),
        { Required("VersionName", Text("The order's number.").OrNull()), order => order.Number },
        { Required("SubTotal", Amount("What was charged for services.")), order => order.Services },
        Required("TaxAmt", Unknown),
        { Required("Postage", Amount("What was charged for postage.")), order => order.Postage },
        { Required("TotalDue", Amount("What is due.")), order => order.Due },
    };

    public static readonly Resource<NamedAccount> Customer = new("Customer", "A customer.")
    {
        { Required("CustomerID", Whole("The id.")), customer => MidnightNames.IdIn(customer.Names, MidnightNames.Customer) },
        { Required("CustomerCode", Text("The number of the account.")), customer => TextOf(customer.Account) },
        { Required("CustomerName", Text("The name.").OrNull()), customer => customer.Account.Name },
    };

    public static readonly Resource<PostageAccountRow> PostageAccount = new("PostageAccount", "What a customer holds with the shop.")
    {
        { Required("PostageAccountID", Whole("The number of the account.")), row => row.Account.Number },
        { Required("CustomerID", Whole("The customer.")), row => row.Customer },
        { Required("AccountNumber", Text("The number of the account.")), row => TextOf(row.Account) },
        { Required("Description", Text("The customer's name.").OrNull()), row => row.Account.Name },
        { Required("Balance", Amount("What is held less the postage that is due; below zero when the customer owes.")),
            row => row.Available },
        { Required("CreditAmount", Amount("What is held: escrow, and what is earmarked.")), row => row.Held },
        { Required("Active", Flag("Always true.")), _ => true },
    };

    public static readonly Resource<ChargeRow> Invoice = new("OpenInvoice", "An open charge of an order.")
    {
        { Optional("CustomerNumber", Whole("The customer.")), row => row.Order.Customer },
        { Required("Name", Text("The customer's name.").OrNull()), row => row.Order.CustomerName },
        { Required("OrderId", Whole("The order.")), row => row.Order.Id },
        { Required("OrderNumber", Text("The order's number.").OrNull()), row => row.Order.Number },
        { Required("InvoiceId", Whole("The charge's number.")), row => row.Charge.Number },
        { Required("Invoice", Text("The number on the bill.").OrNull()), row => OpenInvoices.NumberOf(row.Charge) },
        { Required("PaymentType", Label), row => row.Label },
        { Required("Balance", Amount("What is due.")), row => row.Balance },
        { Required("DueDate", Time, "The day it is due."), row => OrderFigures.TextOf(row.Charge.DueOn) },
        { Required("PaymentStatus", Word("Whether some of it is paid.", "Open", "Partial")), row => row.Status },
        { Required("AmountBilled", Amount("What was charged.")), row => row.Charge.Amount },
    };

    private static readonly Resource<PaidInvoiceRow> PaidInvoice = new("PaidInvoice", "A charge that the payment settles.")
    {
        { Required("InvoiceId", Whole("The charge's number.")), row => row.Allocation.Charge.Number },
        { Required("InvoiceNumber", Text("The number on the bill.").OrNull()), row => OpenInvoices.NumberOf(row.Allocation.Charge) },
        { Required("paymentAmount", Amount("What is settled of it.")),
            row => row.Allocation.Charge.Amount with { AmountMinor = row.Allocation.AmountMinor } },
        { Required("OrderNumber", Text("The order's number.").OrNull()), row => row.OrderNumber },
    };

    public static readonly Resource<PaymentRow> Amounts = new(null, "Its amounts.")
    {
        { Required("paymentAmount", Amount("The payment.")), row => row.Amount },
        { Required("surchargeAmount", Amount("Always 0.")), row => row.Free },
    };

    public static readonly Resource<PaymentRow> Payment = new("PaymentTransaction", "A payment.")
    {
        { Required("CustomerPaymentID", Whole("Its id.")), row => row.Payment.Number },
        { Required("CustomerPaymentNumber", Text("Its number.")), row => row.Number },
        Required("transactionID", Unknown),
        { Required(PaymentHistory.CreateDate, Time, "The time of its last change of status."),
            row => row.At.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) },
        { Optional("customerId", Whole("The customer.")), row => MidnightNames.IdIn(row.View.AccountNames, MidnightNames.Customer) },
        { Required("customerName", Text("The customer's name.").OrNull()), row => row.View.Account.Name },
        { Required("customerCode", Text("The number of the account.")), row => row.CustomerCode },
        { Required("amountDetails", Amounts), Amounts, row => row },
        { Required("invoicesPaid", List(PaidInvoice, "What it settles.")), PaidInvoice, row => row.Paid },
        { Required("isSuccessfull", Flag("Whether the money is there.")), row => row.IsSuccessful },
        { Required("paymentMethod", Whole("How it was made.")), row => (int)row.Payment.Method },
        { Required("PaymentMethodDescription", Text("How it was made.")), row => row.Method },
        Required("email", Unknown),
        { Required("CardLast4", Text("The last digits of the card.").OrNull()), row => row.View.Instrument?.Vaulted?.Shown.LastFour },
        Required("CardEntryContext", Unknown),
        Required("CardEntryMethod", Unknown),
        Required("NameonAccount", Unknown),
        Required("HostResponseCode", Unknown),
        Required("ApprovalNumber", Unknown),
        Required("SurchargeName", Unknown),
        Required("Token", Unknown),
        Required("RefNumber", Unknown),
        Required("PaymentType", Unknown),
        { Required("IsVoided", Flag("Whether nothing of it is left with the shop.")), row => row.IsVoided },
        { Required("SubTotal", Amount("The payment.")), row => row.Amount },
        { Required("TotalAmount", Amount("The payment.")), row => row.Amount },
        { Required("SurchargeAmount", Amount("Always 0.")), row => row.Free },
        { Required("TaxAmount", Amount("Always 0.")), row => row.Free },
        { Optional("TotalRecords", Whole("How many payments match; counted up to 10,000.")), row => row.TotalRecords },
        { Required("IsInvoiceEnabled", Flag("Always false.")), _ => false },
    };

    /// <summary>An account's number as text.</summary>
    public static string TextOf(Account account) => account.Number.ToString(CultureInfo.InvariantCulture);
}
