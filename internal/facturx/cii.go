package facturx

import "encoding/xml"

// The parts of a Cross Industry Invoice that our invoices use, in the order of its schema. A nil pointer or an empty text is left out:
// the standard refuses an element without content.

type invoiceXML struct {
	XMLName xml.Name `xml:"rsm:CrossIndustryInvoice"`
	RSM     string   `xml:"xmlns:rsm,attr"`
	QDT     string   `xml:"xmlns:qdt,attr"`
	RAM     string   `xml:"xmlns:ram,attr"`
	UDT     string   `xml:"xmlns:udt,attr"`

	Process   string `xml:"rsm:ExchangedDocumentContext>ram:BusinessProcessSpecifiedDocumentContextParameter>ram:ID"`
	Guideline string `xml:"rsm:ExchangedDocumentContext>ram:GuidelineSpecifiedDocumentContextParameter>ram:ID"`

	ID     string `xml:"rsm:ExchangedDocument>ram:ID"`
	Type   string `xml:"rsm:ExchangedDocument>ram:TypeCode"`
	Issued date   `xml:"rsm:ExchangedDocument>ram:IssueDateTime"`
	Notes  []note `xml:"rsm:ExchangedDocument>ram:IncludedNote"`

	Lines      []line        `xml:"rsm:SupplyChainTradeTransaction>ram:IncludedSupplyChainTradeLineItem"`
	Agreement  agreementXML  `xml:"rsm:SupplyChainTradeTransaction>ram:ApplicableHeaderTradeAgreement"`
	Delivered  *dated        `xml:"rsm:SupplyChainTradeTransaction>ram:ApplicableHeaderTradeDelivery>ram:ActualDeliverySupplyChainEvent"`
	Settlement settlementXML `xml:"rsm:SupplyChainTradeTransaction>ram:ApplicableHeaderTradeSettlement"`
}

type (
	dateText struct {
		Format string `xml:"format,attr"`
		Day    string `xml:",chardata"`
	}
	date struct {
		Text dateText `xml:"udt:DateTimeString"`
	}
	dated struct {
		At date `xml:"ram:OccurrenceDateTime"`
	}
	note struct {
		Text    string `xml:"ram:Content"`
		Subject string `xml:"ram:SubjectCode"`
	}
	identifier struct {
		Scheme string `xml:"schemeID,attr"`
		Value  string `xml:",chardata"`
	}
	quantity struct {
		Unit  string `xml:"unitCode,attr"`
		Value string `xml:",chardata"`
	}
	money struct {
		Currency string `xml:"currencyID,attr"`
		Value    string `xml:",chardata"`
	}
)

type line struct {
	N           int      `xml:"ram:AssociatedDocumentLineDocument>ram:LineID"`
	Name        string   `xml:"ram:SpecifiedTradeProduct>ram:Name"`
	Description string   `xml:"ram:SpecifiedTradeProduct>ram:Description"`
	Price       string   `xml:"ram:SpecifiedLineTradeAgreement>ram:NetPriceProductTradePrice>ram:ChargeAmount"`
	Quantity    quantity `xml:"ram:SpecifiedLineTradeDelivery>ram:BilledQuantity"`
	Tax         taxed    `xml:"ram:SpecifiedLineTradeSettlement>ram:ApplicableTradeTax"`
	Total       string   `xml:"ram:SpecifiedLineTradeSettlement>ram:SpecifiedTradeSettlementLineMonetarySummation>ram:LineTotalAmount"`
}

// taxed is the VAT of a line, which has its category and rate only, or of the whole.
type taxed struct {
	Amount   string `xml:"ram:CalculatedAmount,omitempty"`
	Type     string `xml:"ram:TypeCode"`
	Reason   string `xml:"ram:ExemptionReason,omitempty"`
	Basis    string `xml:"ram:BasisAmount,omitempty"`
	Category string `xml:"ram:CategoryCode"`
	Code     string `xml:"ram:ExemptionReasonCode,omitempty"`
	Rate     string `xml:"ram:RateApplicablePercent"`
}

type agreementXML struct {
	Reference string     `xml:"ram:BuyerReference,omitempty"`
	Seller    party      `xml:"ram:SellerTradeParty"`
	Buyer     party      `xml:"ram:BuyerTradeParty"`
	Order     *reference `xml:"ram:BuyerOrderReferencedDocument"`
	Contract  *reference `xml:"ram:ContractReferencedDocument"`
}

type reference struct {
	ID   string    `xml:"ram:IssuerAssignedID"`
	Date *dateText `xml:"ram:FormattedIssueDateTime>qdt:DateTimeString"`
}

type party struct {
	Global  *identifier `xml:"ram:GlobalID"`
	Name    string      `xml:"ram:Name"`
	Legal   *legal      `xml:"ram:SpecifiedLegalOrganization"`
	Contact *contact    `xml:"ram:DefinedTradeContact"`
	Address address     `xml:"ram:PostalTradeAddress"`
	Reached *uri        `xml:"ram:URIUniversalCommunication"`
	Tax     *identifier `xml:"ram:SpecifiedTaxRegistration>ram:ID"`
}

type (
	legal struct {
		ID identifier `xml:"ram:ID"`
	}
	uri struct {
		ID identifier `xml:"ram:URIID"`
	}
	number struct {
		Complete string `xml:"ram:CompleteNumber"`
	}
	email struct {
		ID string `xml:"ram:URIID"`
	}
	contact struct {
		Name  string  `xml:"ram:PersonName,omitempty"`
		Phone *number `xml:"ram:TelephoneUniversalCommunication"`
		Email *email  `xml:"ram:EmailURIUniversalCommunication"`
	}
	address struct {
		Code    string `xml:"ram:PostcodeCode,omitempty"`
		Line    string `xml:"ram:LineOne,omitempty"`
		City    string `xml:"ram:CityName,omitempty"`
		Country string `xml:"ram:CountryID"`
	}
)

type settlementXML struct {
	Reference string     `xml:"ram:PaymentReference"`
	Currency  string     `xml:"ram:InvoiceCurrencyCode"`
	Means     *means     `xml:"ram:SpecifiedTradeSettlementPaymentMeans"`
	Tax       taxed      `xml:"ram:ApplicableTradeTax"`
	Period    *period    `xml:"ram:BillingSpecifiedPeriod"`
	Terms     *terms     `xml:"ram:SpecifiedTradePaymentTerms"`
	Sums      sums       `xml:"ram:SpecifiedTradeSettlementHeaderMonetarySummation"`
	Undoes    *reference `xml:"ram:InvoiceReferencedDocument"`
}

type (
	means struct {
		Type string `xml:"ram:TypeCode"`
		IBAN string `xml:"ram:PayeePartyCreditorFinancialAccount>ram:IBANID"`
	}
	period struct {
		Start date `xml:"ram:StartDateTime"`
		End   date `xml:"ram:EndDateTime"`
	}
	terms struct {
		Text string `xml:"ram:Description"`
	}
	sums struct {
		Lines  string `xml:"ram:LineTotalAmount"`
		Basis  string `xml:"ram:TaxBasisTotalAmount"`
		Tax    money  `xml:"ram:TaxTotalAmount"`
		Total  string `xml:"ram:GrandTotalAmount"`
		Wanted string `xml:"ram:DuePayableAmount"`
	}
)
