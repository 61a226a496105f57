package main

import (
	"fmt"
	"os"
	"strconv"
)

// options are the variables of `make run`; the README lists them.
type options struct {
	Port, MailPort, DynamoDBPort, AuthPort, S3Port int
	Data                                           string // folder of the data, of the logs and of the clock
	Dist                                           string // folder of the built pages
	Catalogue                                      string // file applied at start; "" applies none
	LiftLimits                                     bool
	Contract                                       bool // hold every exchange of the public API to its description
}

func readOptions() (o options, err error) {
	o = options{
		Data:       orDefault("LOCAL_DATA", ".local"),
		Dist:       orDefault("SITE_DIST", "frontend/dist"),
		Catalogue:  orDefault("CATALOGUE", "infra/catalogue/sample.yaml"),
		LiftLimits: os.Getenv("ABUSE_LIMITS") == "off",
		Contract:   os.Getenv("CONTRACT") == "check",
	}
	for _, p := range []struct {
		to       *int
		name     string
		standard int
	}{{&o.Port, "PORT", 8080}, {&o.MailPort, "MAIL_PORT", 8025}, {&o.DynamoDBPort, "DYNAMODB_PORT", 8000}, {&o.AuthPort, "AUTH_PORT", 8090}, {&o.S3Port, "S3_PORT", 8070}} {
		if *p.to, err = strconv.Atoi(orDefault(p.name, strconv.Itoa(p.standard))); err != nil {
			return o, fmt.Errorf("%s: give a port number, or 0 for any free one", p.name)
		}
		if *p.to, err = free(p.name, *p.to); err != nil {
			return o, err
		}
	}
	return o, nil
}

func orDefault(variable, standard string) string {
	if v := os.Getenv(variable); v != "" {
		return v
	}
	return standard
}
