using Quittance.Dialects.OpenApi;
using static Quittance.Dialects.OpenApi.Member;
using static Quittance.Dialects.OpenApi.Shape;

namespace Quittance.Dialects.Midnight.Lists;

/// <summary>What the document of Midnight's payment part says of the operations that read.</summary>
internal static class ListDocument
{
    private const string CustomersTag = "Customers";
    private const string OrdersTag = "Orders";
    private const string PaymentsTag = "Customer payments";

    private static readonly Shape Time = Like("A time in the installation's time zone.", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}$");

    private static readonly Shape Unknown = Text("Not known to the books: null.").OrNull();

    private static readonly Shape Label = Text("What a charge is for: Services, Postage, or another label.");

    private static readonly Shape Any = Either("A value of any kind.");

    private static readonly Shape Table = Object(
        "TableFilterModel", "Which rows of a list, in which order.",
        Optional("First", Number("How many rows to pass over.")), Optional("Rows", Number($"How many rows, at most {TableQuery.MaxRows}; {TableQuery.UsualRows} where nothing is said.")),
        Optional("SortField", Text("The column to sort by.").OrNull()), Optional("SortOrder", Number("Below zero for the largest first.")),
        Optional("MultiSortMeta", List(Inline(
            "A column to sort by.", Optional("Field", Text("The column.").OrNull()), Optional("Order", Number("Below zero for the largest first."))), "Several columns, in place of SortField.")),
        Optional("Filters", Map(Any, "By column: `{ value, matchMode }`, or several of these with an `operator`, `and` or `or`.").OrNull()));

    private static readonly Shape OfCustomer = Asked("OrdersAsked", Optional("CustomerID", Number("The customer; all where it is missing.")), Optional("ShowClosed", Choice("Also those of which nothing is due.")));

    private static readonly Shape OfOrder = Asked("OrderAsked", Required("OrderID", Number("The order.")));

    private static readonly Shape Order = Object(
        "CustomerOrder", "An order.",
        Required("JobID", Whole("Its id: `OrderId` of payment details.")), Required("JobNumber", Text("Its number: `OrderNumber` of payments.").OrNull()), Required("JobName", Unknown),
        Optional("CustomerID", Whole("The customer.")), Required("TotalDue", Amount("What was charged.")), Required("BalanceDue", Amount("What is due.")),
        Required("ServicesDue", Amount("What is due for services: the most that a detail labelled Services may pay.")),
        Required("PostageDue", Amount("What is due for postage: the most that a detail labelled Postage may pay.")),
        Required("EarmarkedDue", Amount("What is missing of the deposit: the most that a detail labelled Earmarked may pay.")),
        Required("Quantity", Unknown), Required("VersionCount", Whole("Always 1.")), Required("HasPostage", Flag("Whether it was charged postage.")),
        Required("Note", Unknown), Required("InvoiceAmt", Amount("What was charged.")), Required("Tax", Unknown), Required("LineSubTotal", Amount("What was charged for services.")),
        Required("TotalAndTax", Amount("What was charged.")), Required("DueDate", Time.OrNull(), "The day the oldest open charge is due."), Required("BillToAddress", Unknown),
        Required("CloseDate", Unknown), Required("HasExistingBalance", Flag("Whether something is due.")));

    private static readonly Shape PostageCharge = Object(
        "OrderVersionPostage", "A charge for postage.",
        Required("VersionID", Whole("The order.")), Required("OrderID", Whole("The order.")), Required("OrderVersionDetailID", Whole("The charge's number.")), Required("Suffix", Unknown),
        Required("Type", Word("What it is for.", "Postage")), Required("Name", Text("What it says.").OrNull()), Required("Quantity", Unknown), Required("Rate", Unknown),
        Required("Total", Amount("What was charged.")), Required("Balance", Amount("What is due.")), Required("Filter Criteria", Unknown), Required("Order Version Details", Unknown));

    private static readonly Shape Summary = Object(
        "OrderVersionPostageSummary", "The postage of an order.",
        Required("OrderID", Whole("The order.")), Required("VersionID", Whole("The order.")), Required("Suffix", Unknown), Required("Name", Text("The order's number.").OrNull()),
        Required("Quantity", Unknown), Required("EstimatedPostageAmount", Amount("What was charged for postage.")), Required("DueDate", Time.OrNull(), "The day the oldest open charge is due."),
        Required("InvoiceAmt", Amount("What was charged.")), Required("TotalDue", Amount("What is due.")), Required("BillToAddress", Unknown));

    private static readonly Shape Version = Object(
        "OrderVersion", "The version of an order: itself.",
        Required("VersionID", Whole("The order.")), Required("OrderID", Whole("The order.")), Required("Suffix", Unknown), Required("Quantity", Unknown),
        Required("VersionName", Text("The order's number.").OrNull()), Required("SubTotal", Amount("What was charged for services.")), Required("TaxAmt", Unknown),
        Required("Postage", Amount("What was charged for postage.")), Required("TotalDue", Amount("What is due.")));

    private static readonly Shape Customer = Object(
        "Customer", "A customer.",
        Required("CustomerID", Whole("The id.")), Required("CustomerCode", Text("The number of the account.")), Required("CustomerName", Text("The name.").OrNull()));

    private static readonly Shape PostageAccount = Object(
        "PostageAccount", "What a customer holds with the shop.",
        Required("PostageAccountID", Whole("The number of the account.")), Required("CustomerID", Whole("The customer.")), Required("AccountNumber", Text("The number of the account.")),
        Required("Description", Text("The customer's name.").OrNull()), Required("Balance", Amount("What is held less the postage that is due; below zero when the customer owes.")),
        Required("CreditAmount", Amount("What is held: escrow, and what is earmarked.")), Required("Active", Flag("Always true.")));

    private static readonly Shape Invoice = Object(
        "OpenInvoice", "An open charge of an order.",
        Optional("CustomerNumber", Whole("The customer.")), Required("Name", Text("The customer's name.").OrNull()), Required("OrderId", Whole("The order.")),
        Required("OrderNumber", Text("The order's number.").OrNull()), Required("InvoiceId", Whole("The charge's number.")), Required("Invoice", Text("The number on the bill.").OrNull()),
        Required("PaymentType", Label), Required("Balance", Amount("What is due.")), Required("DueDate", Time, "The day it is due."),
        Required("PaymentStatus", Word("Whether some of it is paid.", "Open", "Partial")), Required("AmountBilled", Amount("What was charged.")));

    private static readonly Shape PaidInvoice = Object(
        "PaidInvoice", "A charge that the payment settles.",
        Required("InvoiceId", Whole("The charge's number.")), Required("InvoiceNumber", Text("The number on the bill.").OrNull()), Required("paymentAmount", Amount("What is settled of it.")),
        Required("OrderNumber", Text("The order's number.").OrNull()));

    private static readonly Shape Payment = Object(
        "PaymentTransaction", "A payment.",
        Required("CustomerPaymentID", Whole("Its id.")), Required("CustomerPaymentNumber", Text("Its number.")), Required("transactionID", Unknown),
        Required("createDate", Time, "When it came to stand as it does."), Optional("customerId", Whole("The customer.")), Required("customerName", Text("The customer's name.").OrNull()),
        Required("customerCode", Text("The number of the account.")),
        Required("amountDetails", Inline("Its amounts.", Required("paymentAmount", Amount("The payment.")), Required("surchargeAmount", Amount("Always 0.")))),
        Required("invoicesPaid", List(PaidInvoice, "What it settles.")), Required("isSuccessfull", Flag("Whether the money is there.")),
        Required("paymentMethod", Whole("How it was made.")), Required("PaymentMethodDescription", Text("How it was made.")), Required("email", Unknown),
        Required("CardLast4", Text("The last digits of the card.").OrNull()), Required("CardEntryContext", Unknown), Required("CardEntryMethod", Unknown), Required("NameonAccount", Unknown),
        Required("HostResponseCode", Unknown), Required("ApprovalNumber", Unknown), Required("SurchargeName", Unknown), Required("Token", Unknown), Required("RefNumber", Unknown),
        Required("PaymentType", Unknown), Required("IsVoided", Flag("Whether nothing of it is left with the shop.")), Required("SubTotal", Amount("The payment.")),
        Required("TotalAmount", Amount("The payment.")), Required("SurchargeAmount", Amount("Always 0.")), Required("TaxAmount", Amount("Always 0.")),
        Optional("TotalRecords", Whole("How many payments match; counted up to 10,000.")), Required("IsInvoiceEnabled", Flag("Always false.")));

    private static readonly Shape HistoryAsked = Asked(
        "PaymentHistoryAsked", Optional("CustomerID", Number("The customer; all where it is missing.")), Optional("StartDate", Text("The first day, MM/dd/yyyy.").OrNull()),
        Optional("EndDate", Text("The last day, MM/dd/yyyy.").OrNull()), Optional("TableFilterModel", Table.OrNull()));

    /// <summary>CustomerOrderList.</summary>
    public static Operation CustomerOrders { get; } = ListOf("CustomerOrderList", OrdersTag, "Lists open orders, and with ShowClosed all", OfCustomer, Order);

    /// <summary>OrderList.</summary>
    public static Operation Orders { get; } = ListOf("OrderList", OrdersTag, "Lists open orders, and with ShowClosed all", OfCustomer, Order) with { Security = MidnightDocument.TokenAlone };

    /// <summary>CustomerOrderEstPostageList.</summary>
    public static Operation OrdersWithPostage { get; } = ListOf("CustomerOrderEstPostageList", OrdersTag, "Lists orders that were charged postage", OfCustomer, Order);

    /// <summary>CustomerOrderVersionEstPostageList.</summary>
    public static Operation Postage { get; } = ListOf("CustomerOrderVersionEstPostageList", OrdersTag, "Lists an order's charges for postage", OfOrder, PostageCharge);

    /// <summary>CustomerOrderVersionEstPostageSummaryList.</summary>
    public static Operation PostageSummary { get; } = ListOf("CustomerOrderVersionEstPostageSummaryList", OrdersTag, "Tells an order's postage in all", OfOrder, Summary);

    /// <summary>OrderVersionList.</summary>
    public static Operation Versions { get; } = ListOf("OrderVersionList", OrdersTag, "Lists an order's version", OfOrder, Version) with { Security = MidnightDocument.TokenAlone };

    /// <summary>CustomerList.</summary>
    public static Operation Customers { get; } = ListOf(
        "CustomerList", CustomersTag, "Lists all customers", Inline("Nothing is asked."), Customer) with
    { Security = MidnightDocument.TokenAlone };

    /// <summary>CustomerPostageAccountList.</summary>
    public static Operation PostageAccounts { get; } = ListOf(
        "CustomerPostageAccountList", CustomersTag, "Lists a customer's postage account",
        Asked(
            "PostageAccountsAsked", Required("CustomerID", Number("The customer.")), Optional("PostageAccountID", Number("The account.")), Optional("AccountNumber", Text("Its number.").OrNull()),
            Optional("Active", Choice("Whether it is active; all are."))),
        PostageAccount) with
    { Security = MidnightDocument.TokenAlone };

    /// <summary>PaymentHistoryList of v1.</summary>
    public static Operation History { get; } = ListOf("PaymentHistoryList", PaymentsTag, "Lists payments", HistoryAsked, Payment);

    /// <summary>PaymentHistoryList of v2.</summary>
    public static Operation CountedHistory { get; } = Asking("PaymentHistoryListV2", PaymentsTag, "Lists payments and counts them", HistoryAsked, Object(
        "PaymentHistory", "Payments.",
        Required("PaymentCount", Whole("How many match; counted up to 10,000.")), Required("Payments", List(Payment, "The payments.")),
        Required("PaymentMethods", List(Text("How payments were made.")))));

    /// <summary>GetCustomerPaymentOrderList.</summary>
    public static Operation OpenInvoices { get; } = Asking(
        "GetCustomerPaymentOrderList", PaymentsTag, "Lists what can be paid",
        Asked(
            "OpenInvoicesAsked", Optional("TableFilterModel", Table.OrNull()), Optional("CustomerID", Number("The customer; all where it is missing.")),
            Optional("OrderDate", Any, "Changes nothing."), Optional("CustomerParentID", Any, "Changes nothing."), Optional("ContactID", Any, "Changes nothing."),
            Optional("InvoiceView", Any, "Changes nothing.")),
        Object(
            "OpenInvoices", "What can be paid.",
            Required("TotalRecords", Whole("How many match.")), Required("IsInvoiceEnable", Flag("Always false.")), Required("data", List(Invoice, "The open charges."))));

    /// <summary>GetPaymentSurchargeInfo.</summary>
    public static Operation SurchargeInfo { get; } = Asking(
        "GetPaymentSurchargeInfo", PaymentsTag, "Tells what a payment costs beside its amount: nothing",
        Asked(
            "SurchargeAsked", Optional("ProvidePaymentActualDetails", Choice("Whether amounts are wanted.")), Optional("CustomerPaymentId", Number("The payment.")),
            Optional("CustomerPaymentNumber", Text("The payment, where it is not named by its id.").OrNull()),
            Optional("Invoices", List(Inline("An invoice.", Optional("Number", Text("Its number.").OrNull()), Required("Amount", Number("What is to be paid of it."))), "What would be paid, where no payment is named.")),
            Optional("TotalAmount", Number("What would be paid.")), Optional("PageName", Text("The calling page.").OrNull())),
        Object(
            "SurchargeInfo", "What a payment costs.",
            Required("CustomerId", Whole("The customer; 0 where no payment is named.")), Required("CustomerPaymentId", Whole("The payment; 0 where none is named.")),
            Required("InvoiceNumber", Text("The one invoice that it settles.").OrNull()), Required("SurchargeName", Unknown),
            Required("PaymentDetails", Object(
                "SurchargeDetails", "Amounts.",
                Required("SubTotal", Amount("The payment.")), Required("SurchargeAmount", Amount("Always 0.")), Required("TotalAmount", Amount("Both together."))).OrNull()))) with
    { Security = MidnightDocument.TokenAlone };

    private static Operation ListOf(string id, string tag, string summary, Shape asked, Shape item) => Asking(id, tag, summary, asked, List(item));

    private static Operation Asking(string id, string tag, string summary, Shape asked, Shape told) => new(id, tag, summary)
    {
        Body = asked,
        MediaTypes = MidnightDocument.MediaTypes,
        Replies = [new(200, "What was asked for.", told), .. MidnightDocument.RefusedBodies],
    };

    private static Shape Asked(string name, params IReadOnlyList<Member> members) => Object(name, "What is asked for. Names count in capitals and small letters alike.", members);

    private static Shape Number(string description) => Either(description, Amount("As a number."), Text("As a text."), Unknown);

    private static Shape Choice(string description) => Either(description, Flag("As it is."), Text("As a text."), Unknown);
}
