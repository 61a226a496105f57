// Package facturx writes what an invoice says for machines: the XML of Factur-X, the French and German standard of an invoice that
// people and programs both read (UN/CEFACT CII, profile EN 16931). It says what the paper says, from the same value; the paper carries
// it as an attachment. Mustang, the reference checker, reads every kind in `make check` (infra/tools/facturx).
//
// What it does not say: a date of payment. A collectivité pays within so many days of the day it received the invoice, which whoever
// issues it does not know; the terms are said in words (BT-20).
package facturx
